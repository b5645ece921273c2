import type { Triangle } from './gptq-block.js';

/** Replaces x by x M^-1, M being a lower triangle. */
export function divideByLower(x: Float64Array, { values, start, stride }: Triangle): void {
  for (let column = x.length - 1; column >= 0; column--) {
    let left = x[column];
    for (let row = column + 1; row < x.length; row++) left -= x[row] * values[start + row * stride + column];
    x[column] = left / values[start + column * stride + column];
  }
}

/** Replaces x by x M^-T, M being a lower triangle. */
export function divideByTransposed(x: Float64Array, { values, start, stride }: Triangle): void {
  for (let row = 0; row < x.length; row++) {
    let left = x[row];
    const at = start + row * stride;
    for (let column = 0; column < row; column++) left -= x[column] * values[at + column];
    x[row] = left / values[at + row];
  }
}

/** Adds `factors` times as many rows of a matrix, four at a time. */
export function addRows(
  into: Float64Array,
  factors: Float64Array,
  { values, start, stride }: Triangle,
  count: number,
): void {
  let row = 0;
  for (; row + 3 < factors.length; row += 4) {
    const [f0, f1, f2, f3] = [factors[row], factors[row + 1], factors[row + 2], factors[row + 3]];
    let at = start + row * stride;
    for (let column = 0; column < count; column++, at++) {
      into[column] +=
        f0 * values[at] + f1 * values[at + stride] + f2 * values[at + 2 * stride] + f3 * values[at + 3 * stride];
    }
  }
  for (; row < factors.length; row++) {
    const at = start + row * stride;
    for (let column = 0; column < count; column++) into[column] += factors[row] * values[at + column];
  }
}
