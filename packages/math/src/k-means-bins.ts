import type { WeightedPoints } from './k-means.js';
import { emptyRange } from './messages.js';

/** Many weighted numbers, gathered in bins of equal width; each bin stands for the mean of its numbers. */
export class WeightedBins {
  readonly #weights: Float64Array;
  readonly #sums: Float64Array;
  readonly #perUnit: number;

  /**
   * @param low lower end of the first bin; numbers beyond the ends go into the outermost bins
   * @throws RangeError when low is not below high, or there is no bin
   */
  constructor(
    private readonly low: number,
    high: number,
    bins: number,
  ) {
    if (!(low < high) || !(bins >= 1)) throw emptyRange(low, high, bins);
    this.#weights = new Float64Array(bins);
    this.#sums = new Float64Array(bins);
    this.#perUnit = bins / (high - low);
  }

  /** Adds `values[from..to)`, each divided by the scale and weighted with its square. */
  add(values: Float32Array, from: number, to: number, scale: number): void {
    const [weights, sums, low, perUnit] = [this.#weights, this.#sums, this.low, this.#perUnit];
    const last = weights.length - 1;
    const weight = scale * scale;
    for (let at = from; at < to; at++) {
      const value = values[at] / scale;
      const bin = Math.max(0, Math.min(last, Math.floor((value - low) * perUnit)));
      weights[bin] += weight;
      sums[bin] += weight * value;
    }
  }

  /** The means of the bins that hold numbers. */
  points(): WeightedPoints {
    const [weights, sums] = [this.#weights, this.#sums];
    const points = { values: new Float64Array(weights.length), weights: new Float64Array(weights.length) };
    let count = 0;
    for (let bin = 0; bin < weights.length; bin++) {
      if (weights[bin] === 0) continue;
      points.values[count] = sums[bin] / weights[bin];
      points.weights[count++] = weights[bin];
    }
    return { values: points.values.subarray(0, count), weights: points.weights.subarray(0, count) };
  }
}
