import { roundHalfToEven } from '@onnx-compress/math';
import { exponentOf } from '../number/dyadic.js';

/** The integers that a kernel gives, before the zero point is added; beyond them it saturates. */
export interface Reach {
  readonly least: number;
  readonly most: number;
}

/** Significant bits of a float32. */
const FLOAT_BITS = 24;

/** From here on float32 no longer holds every integer. */
export const EXACT_INTEGERS = 2 ** FLOAT_BITS;

/**
 * How many sums, of at most `bound` in size, onnxruntime's kernels round otherwise than exact integers would.
 *
 * The kernels compute `round half to even (float32 (sum * multiplier))`. Rounding the product to float32 keeps the
 * order of numbers, and the halves between integers are float32 numbers, so the result differs only where a product
 * that is no tie becomes one. Each half within `reach` has few sums so near, and these are tried one by one.
 *
 * @param multiplier a float32 above zero
 * @param bound below 2^24
 */
export function differingSums(multiplier: number, { least, most }: Reach, bound: number): number {
  let count = 0;
  for (let below = least; below < most; below++) {
    const half = below + 0.5;
    const nearness = 2 ** (exponentOf(Math.abs(half)) - FLOAT_BITS);
    const first = Math.max(-bound, Math.floor((half - nearness) / multiplier));
    const last = Math.min(bound, Math.ceil((half + nearness) / multiplier));
    for (let sum = first; sum <= last; sum++) if (differs(sum, multiplier, half)) count++;
  }
  return count;
}

/** True where the product becomes a tie by rounding and the tie goes to the other side. The double product is exact. */
function differs(sum: number, multiplier: number, half: number): boolean {
  const product = sum * multiplier;
  if (product === half || Math.fround(product) !== half) return false;
  return roundHalfToEven(half) !== Math.round(product);
}

/** The largest sum that matters: from here on all results saturate, whatever is rounded on the way. */
export function saturatingSum(multiplier: number, { least, most }: Reach): number {
  return Math.ceil((Math.max(Math.abs(least), Math.abs(most)) + 1) / multiplier);
}
