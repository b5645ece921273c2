import { emptyRange } from './messages.js';

/**
 * Counts values in equal bins over [low, high]; the last bin includes `high`, values outside fall into the nearest bin.
 *
 * @param values finite numbers
 * @throws RangeError unless low < high and there is at least one bin
 * @example histogram(Float32Array.of(0, 0.1, 1), 0, 1, 2); // [2, 1]
 */
export function histogram(values: Float32Array, low: number, high: number, bins: number): Uint32Array {
  if (!(low < high) || !(bins >= 1)) throw emptyRange(low, high, bins);
  const counts = new Uint32Array(bins);
  const factor = bins / (high - low);
  for (let i = 0; i < values.length; i++) {
    const bin = Math.floor((values[i] - low) * factor);
    counts[bin < 0 ? 0 : bin >= bins ? bins - 1 : bin]++;
  }
  return counts;
}
