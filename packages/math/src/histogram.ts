import { absoluteMax } from './absolute-max.js';
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

/** How many root mean squares to either side of zero show the shape of a distribution of weights. */
const SPREAD = 4;

/**
 * Half-width of a range around zero that shows the shape of a distribution: four times the root mean square of the
 * values, or their largest absolute value where that is less; 1 for zeros only. A few outliers do not flatten the rest.
 */
export function typicalRange(values: Float32Array): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i] * values[i];
  return Math.min(SPREAD * Math.sqrt(squares / values.length), absoluteMax(values)) || 1;
}
