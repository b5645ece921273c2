import { lengthMismatch } from '../messages.js';
import { roundHalfToEven } from '../rounding.js';

/** Passes over all numbers, at most; most rows rest after three or four. */
const MOST_SWEEPS = 12;

/** Part of the energy of an error below which a step is not worth taking, so that rounding errors end the descent. */
const LEAST_GAIN = 1e-9;

/** Integers in a range, both borders included. */
export interface IntegerRange {
  readonly low: number;
  readonly high: number;
}

/** The product of the Gram matrix with a row of errors. */
function gradientOf(errors: Float64Array, gram: Float64Array): Float64Array {
  const size = errors.length;
  const gradient = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    const error = errors[row];
    if (error === 0) continue;
    for (let column = 0, at = row * size; column < size; column++, at++) gradient[column] += error * gram[at];
  }
  return gradient;
}

/**
 * Integers q near real numbers t that make (q - t)^T G (q - t) small, where G is the Gram matrix of what the numbers are
 * multiplied by: the error of the products instead of that of the numbers. Starts from the nearest integers and moves one
 * number by one while that helps, so that it is never worse than they are.
 *
 * Sources: Nagel et al., Up or Down? Adaptive Rounding for Post-Training Quantization, arXiv:2004.10568 (the objective);
 * Nair and Suggala, CDQuant, arXiv:2406.17542 (coordinate descent).
 *
 * @param targets one number for each column of the Gram matrix
 * @param gram symmetric, row-major
 * @param into gets the integers
 * @returns the error that is left, and that of the nearest integers
 * @throws RangeError when the lengths do not fit
 * @example
 * const q = new Int8Array(2);
 * roundByGram(Float64Array.of(0.4, 0.4), Float64Array.of(1, 1, 1, 1), { low: -127, high: 127 }, q); // q = 1, 0
 */
export function roundByGram(
  targets: Float64Array,
  gram: Float64Array,
  { low, high }: IntegerRange,
  into: Int8Array,
): { readonly error: number; readonly nearest: number } {
  const size = targets.length;
  if (gram.length !== size * size) throw lengthMismatch('gram', gram.length, size * size);
  if (into.length !== size) throw lengthMismatch('into', into.length, size);
  const errors = new Float64Array(size);
  for (let column = 0; column < size; column++) {
    into[column] = Math.min(high, Math.max(low, roundHalfToEven(targets[column])));
    errors[column] = into[column] - targets[column];
  }
  const gradient = gradientOf(errors, gram);
  const nearest = errors.reduce((sum, error, column) => sum + error * gradient[column], 0);
  let error = nearest;
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    const before = error;
    for (let column = 0; column < size; column++) {
      const step = gradient[column] > 0 ? -1 : 1;
      const moved = into[column] + step;
      const gain = -step * 2 * gradient[column] - gram[column * size + column];
      if (!(gain > LEAST_GAIN * nearest) || moved < low || moved > high) continue;
      into[column] = moved;
      error -= gain;
      for (let other = 0, at = column * size; other < size; other++, at++) gradient[other] += step * gram[at];
    }
    if (error === before) break;
  }
  return { error: Math.max(0, error), nearest };
}
