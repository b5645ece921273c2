import { noValues, probabilityOutOfRange } from './messages.js';

/**
 * The value below which a part `p` of the values lies, interpolated linearly between the neighbours of position
 * `p (n - 1)`: definition 7 of Hyndman and Fan (The American Statistician 50, 1996), the default of R and NumPy.
 *
 * @throws RangeError without values, or for a `p` outside 0..1
 * @example quantile([1, 2, 3, 4], 0.5) // 2.5
 */
export function quantile(values: ArrayLike<number>, p: number): number {
  return quantiles(values, [p])[0];
}

/** As {@link quantile} for several parts at once, in their order; sorts once. */
export function quantiles(values: ArrayLike<number>, parts: readonly number[]): number[] {
  if (values.length === 0) throw noValues();
  const sorted = Float64Array.from(values).sort();
  return parts.map((p) => quantileOfSorted(sorted, p));
}

/**
 * The middle value, or the mean of the two in the middle.
 *
 * @throws RangeError without values
 */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

function quantileOfSorted(sorted: Float64Array, p: number): number {
  if (!(p >= 0 && p <= 1)) throw probabilityOutOfRange(p);
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const lower = sorted[below];
  const upper = sorted[Math.min(below + 1, sorted.length - 1)];
  return lower === upper ? lower : lower + (position - below) * (upper - lower);
}
