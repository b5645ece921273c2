// Bars for the drop in accuracy after repair, and whether the measured figures meet them.
import { amountName, SUBJECTS } from './accuracy-subjects.mjs';

const bar = (models, keepMacs, kind, limits) =>
  models.map((model) => ({ model, amount: { keepMacs }, kind, ...limits }));
const FASHION = ['fashion_cnn', 'fashion_cnn_bn'];
const CIFAR = ['cifar10_vggbn', 'cifar10_vggbn_bn'];
const SMALL = ['mnist-cntk', 'magika'];

/** `drop` in points at most, `agreement` with the uncompressed model in percent at least, `gain` over no repair. */
const BARS = [
  ...bar(FASHION, 0.7, 'must', { drop: 0.5 }),
  ...bar(FASHION, 0.5, 'must', { drop: 1 }),
  ...bar(FASHION, 0.3, 'stretch', { drop: 2 }),
  ...bar(CIFAR, 0.7, 'must', { drop: 1, agreement: 95 }),
  ...bar(CIFAR, 0.5, 'must', { drop: 2, agreement: 92 }),
  ...bar(CIFAR, 0.5, 'stretch', { drop: 0.8 }),
  ...bar(SMALL, 0.7, 'must', { drop: 1 }),
  ...bar(SMALL, 0.5, 'must', { drop: 3 }),
  ...bar(SMALL, 0.5, 'stretch', { drop: 1 }),
  ...bar(['mobilenetv2'], 0.85, 'must', { drop: 4 }),
  ...bar(['mobilenetv2'], 0.7, 'must', { drop: 14 }),
  ...bar(['mobilenetv2'], 0.7, 'stretch', { drop: 8 }),
  ...bar(['squeezenet1_1'], 0.9, 'must', { drop: 4 }),
  ...bar(['squeezenet1_1'], 0.8, 'must', { drop: 9 }),
  ...bar(['squeezenet1_1'], 0.7, 'must', { drop: 16 }),
  ...bar(['squeezenet1_1'], 0.7, 'stretch', { drop: 10 }),
  ...bar(['ppocr-rec'], 0.8, 'must', { gain: 30 }),
  ...bar(['ppocr-rec'], 0.8, 'stretch', { drop: 5 }),
  { model: 'mlp', amount: { ratio: 0.75, minKeep: 0.1 }, kind: 'must', drop: 1.5 },
];

/** Where the loss without recovery is larger than this, recovery is to win back at least `GAIN` of it, in points. */
const LARGE_LOSS = 25;
const GAIN = 20;

const points = (value) => value.toFixed(Math.abs(value) < 10 ? 2 : 1);

const range = ({ low, high }) => (low === high ? '' : `, ${points(low)} to ${points(high)}`);

/** A bar in words. */
const limitsOf = ({ drop, agreement, gain }) =>
  [
    ...(drop === undefined ? [] : [`drop at most ${drop}`]),
    ...(agreement === undefined ? [] : [`agreement at least ${agreement} %`]),
    ...(gain === undefined ? [] : [`at least ${gain} points more than without recovery`]),
  ].join(', ');

/** The entry of the same criterion and allocation without recovery. */
function withoutRecovery(entries, { subject, amount, variant }) {
  const same = (other) => other.subject === subject && other.amount === amount;
  const alike = ({ criterion, recover }) => criterion === variant.criterion && recover === 'off';
  const found = entries.filter((other) => same(other) && alike(other.variant));
  return found.find(({ variant: { allocation } }) => allocation === variant.allocation) ?? found[0];
}

/** The entry that a bar is about: the recipe of the model, at the amount of the bar. */
function judgedEntry(entries, { model, amount }) {
  const key = amountName(amount);
  const { recipe } = SUBJECTS.find(({ name }) => name === model);
  return entries.find(
    (one) => one.subject.name === model && amountName(one.amount) === key && one.variant.name === recipe.name,
  );
}

function dropCheck({ drop: limit }, { figures }) {
  const { drop, standardError } = figures;
  const measured = `drop ${points(drop.mean)} (standard error ${points(standardError.mean)}${range(drop)})`;
  return { measured, met: drop.mean <= limit };
}

function agreementCheck({ agreement: limit }, { figures: { agreement } }) {
  const measured = `agreement ${points(agreement.mean)} %`;
  return { measured, met: agreement.mean >= limit };
}

function gainCheck({ gain: limit }, { figures }, off) {
  if (off === undefined) return { measured: 'not measured without recovery', met: undefined };
  const gained = off.figures.drop.mean - figures.drop.mean;
  const measured = `${points(gained)} more (without recovery drop ${points(off.figures.drop.mean)})`;
  return { measured, met: gained >= limit };
}

function barVerdict(entries, bar) {
  const entry = judgedEntry(entries, bar);
  const head = { model: bar.model, amount: amountName(bar.amount), kind: bar.kind, bar: limitsOf(bar) };
  if (entry === undefined) return { ...head, measured: 'not measured', met: undefined };
  const checks = [
    ...(bar.drop === undefined ? [] : [dropCheck(bar, entry)]),
    ...(bar.agreement === undefined ? [] : [agreementCheck(bar, entry)]),
    ...(bar.gain === undefined ? [] : [gainCheck(bar, entry, withoutRecovery(entries, entry))]),
  ];
  const unknown = checks.some(({ met }) => met === undefined);
  return {
    ...head,
    measured: checks.map(({ measured }) => measured).join(', '),
    met: unknown ? undefined : checks.every(({ met }) => met),
  };
}

function gainVerdicts(entries) {
  return entries.flatMap((entry) => {
    const { subject, amount, variant, figures } = entry;
    if (variant.recover !== 'least-squares') return [];
    const off = withoutRecovery(entries, entry);
    if (off === undefined || off.figures.drop.mean <= LARGE_LOSS) return [];
    const gained = off.figures.drop.mean - figures.drop.mean;
    return [
      {
        ...{ model: subject.name, amount: amountName(amount), kind: 'must', met: gained >= GAIN },
        bar: `${variant.name}: at least ${GAIN} points better than off`,
        measured: `${points(off.figures.drop.mean)} without, ${points(figures.drop.mean)} with`,
      },
    ];
  });
}

/** Verdicts `{ model, amount, kind, bar, measured, met }`; `met` is undefined where nothing was measured. */
export const verdictsOf = (entries) => [...BARS.map((one) => barVerdict(entries, one)), ...gainVerdicts(entries)];
