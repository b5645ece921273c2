import type { Dyadic } from './dyadic.js';

/**
 * `integer * numerator / 2^shift`, rounded half to even, in integers only: what a device computes in the place of a
 * float multiplier, and what onnxruntime's kernels give where the layer is exact.
 *
 * @param shift 0 or above
 * @example roundedProduct(5n, { numerator: 1, shift: 1 }) // 2n, since 2.5 lies between 2 and 3
 */
export function roundedProduct(integer: bigint, { numerator, shift }: Dyadic): bigint {
  const product = integer * BigInt(numerator);
  if (shift <= 0) return product << BigInt(-shift);
  const bits = BigInt(shift);
  const floor = product >> bits;
  const rest = product - (floor << bits);
  const half = 1n << (bits - 1n);
  return rest > half || (rest === half && floor % 2n !== 0n) ? floor + 1n : floor;
}
