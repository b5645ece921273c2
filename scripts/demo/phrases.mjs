// What text lines say: the kinds of short text that signs, receipts, labels and forms carry.

const WORDS = `about above account address after again airport always amount animal answer apple around artist August
autumn balance bakery basket beach because before behind below better between bicycle blanket bottle branch bread bridge
bright brother building butter button camera candle captain carbon careful center change cheese chicken chocolate church
circle city clean clock closed cloud coffee color company corner cotton country cousin customer daily dance danger decide
degree delivery desert dinner direction discount doctor dollar double dream driver during early earth eight electric
empty engine enough entrance evening every exit family farmer father finger finish fire flower follow forest forward fresh
Friday friend fruit full garden garlic gentle glass gold grain green ground guest half hammer handle happy harbor heavy
height history holiday honey hospital hotel house hundred island January jacket journey juice kitchen ladder language
large leather lemon letter level library light little lunch machine market meadow medium menu metal middle minute mirror
Monday month morning mother mountain museum music narrow nature needle never night normal north notice number ocean office
olive open orange order other package paint paper parking partner pencil people pepper phone picture planet plastic platform
please pocket police pocket postal potato price public purple quarter queen question quick quiet rabbit railway rain ready
receipt red repair rice river road room round salad sale salt sample Saturday school season second secret service seven
shadow shelf ship shop short silver simple sister smooth soap soft south special spring square station still stone store
storm street strong student sugar summer Sunday supper surface sweet table tailor taxi teacher tender theater thousand
ticket timber today together tomato total tower town traffic travel tree twenty under uniform valley vegetable village
violet visitor voice water weather Wednesday weight welcome west wheel white window winter without wonder wood yellow
yesterday young zebra zone`
  .split(/\s+/)
  .filter((word, at, words) => words.indexOf(word) === at);

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const twoDigits = (number) => String(number).padStart(2, '0');
const capitalized = (word) => word[0].toUpperCase() + word.slice(1);
const digits = (random, count) => Array.from({ length: count }, () => random.whole(0, 9)).join('');

/** One, two or three words in lower case, capitalized, or in capitals. */
function words(random) {
  const chosen = Array.from({ length: random.pick([1, 2, 2, 2, 3]) }, () => random.pick(WORDS));
  const style = random.next();
  if (style < 0.45) return chosen.join(' ');
  if (style < 0.75) return chosen.map(capitalized).join(' ');
  return chosen.join(' ').toUpperCase();
}

function price(random) {
  const amount = (10 ** random.between(0, 4)).toFixed(2);
  return random.pick([
    `$${amount}`,
    `${amount} USD`,
    `${capitalized(random.pick(WORDS))} ${amount}`,
    `Total: ${amount}`,
  ]);
}

function date(random) {
  const [year, month, day] = [random.whole(1980, 2039), random.whole(1, 12), random.whole(1, 28)];
  return random.pick([
    `${year}-${twoDigits(month)}-${twoDigits(day)}`,
    `${day}/${month}/${year}`,
    `${day} ${MONTHS[month - 1]} ${year}`,
    `${MONTHS[month - 1]} ${day}, ${year}`,
  ]);
}

const time = (random) => `${twoDigits(random.whole(0, 23))}:${twoDigits(random.whole(0, 59))}`;

const KINDS = [
  words,
  words,
  words,
  (random) => `${random.pick(WORDS)} ${digits(random, random.whole(1, 5))}`,
  (random) => `${capitalized(random.pick(WORDS))} No. ${random.whole(1, 999)}`,
  price,
  date,
  (random) => `${random.pick(['Open', 'Closed', 'From', 'Until'])} ${time(random)}`,
  (random) => digits(random, random.whole(4, 12)),
  (random) => `${random.pick(WORDS).toUpperCase()}-${digits(random, random.whole(2, 5))}`,
  (random) => `${digits(random, 3)}-${digits(random, 4)}-${digits(random, 4)}`,
  (random) => `${random.whole(1, 100)}% ${random.pick(WORDS)}`,
  (random) => `${random.pick(WORDS)}@${random.pick(WORDS).toLowerCase()}.com`,
];

/** The text of one line. */
export function phrase(random) {
  return random.pick(KINDS)(random);
}
