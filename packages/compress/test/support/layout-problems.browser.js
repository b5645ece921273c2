// A script for the page, not a module: finds text that is cut off, that overlaps other text of its picture or leaves
// the picture, and a page wider than the window. Returns one line for each.
const TOLERANCE = 1.5;

const nameOf = (element) => `${element.tagName.toLowerCase()} "${(element.textContent ?? '').trim().slice(0, 60)}"`;

function sidewaysScroll() {
  const { scrollWidth, clientWidth } = document.documentElement;
  return scrollWidth > clientWidth + TOLERANCE ? [`the page is ${scrollWidth} px wide in ${clientWidth} px`] : [];
}

/** Text for screen readers only is cut to a pixel on purpose. */
const isForTheEye = ({ clientWidth, clientHeight }) => clientWidth > 1 && clientHeight > 1;

function cutOff(element) {
  const { overflowX, textOverflow } = getComputedStyle(element);
  const hides = overflowX === 'hidden' || overflowX === 'clip';
  return hides && textOverflow !== 'ellipsis' && element.scrollWidth > element.clientWidth + TOLERANCE;
}

const isOutside = (box, frame) =>
  box.left < frame.left - TOLERANCE ||
  box.right > frame.right + TOLERANCE ||
  box.top < frame.top - TOLERANCE ||
  box.bottom > frame.bottom + TOLERANCE;

/** Lines of text may touch; letters may not. */
function overlaps(box, other) {
  const width = Math.min(box.right, other.right) - Math.max(box.left, other.left);
  const height = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
  return width > TOLERANCE && height > Math.min(box.height, other.height) / 3;
}

/** A picture's axes stand in the padding of its container. */
function pictureProblems(picture) {
  const frame = picture.parentElement.getBoundingClientRect();
  const texts = [...picture.querySelectorAll('text')]
    .filter((text) => text.textContent.trim() !== '')
    .map((text) => ({ text, box: text.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 0);
  return texts.flatMap(({ text, box }, index) => [
    ...(isOutside(box, frame) ? [`${nameOf(text)} leaves its picture`] : []),
    ...texts
      .slice(index + 1)
      .filter((other) => overlaps(box, other.box))
      .map((other) => `${nameOf(text)} overlaps ${nameOf(other.text)}`),
  ]);
}

globalThis.layoutProblems = () => [
  ...sidewaysScroll(),
  ...[...document.body.querySelectorAll('*')]
    .filter((element) => isForTheEye(element) && cutOff(element))
    .map((element) => `${nameOf(element)} is cut off`),
  ...[...document.querySelectorAll('svg:not(svg svg)')].flatMap(pictureProblems),
];
