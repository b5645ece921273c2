/** Elements of an item that are counted, about; the extremes are those of all. */
const MOST_ELEMENTS = 2 ** 15;

function greatestDivisor(left: number, right: number): number {
  return right === 0 ? left : greatestDivisor(right, left % right);
}

/**
 * Which elements of an item are counted: every one up to a number that tells a distribution well, else one of so many.
 * The stride shares no divisor with the number of elements, so that it meets every channel and every column alike.
 */
export function strideFor(elements: number, most = MOST_ELEMENTS): number {
  let stride = Math.max(1, Math.ceil(elements / most));
  while (greatestDivisor(elements, stride) > 1) stride++;
  return stride;
}
