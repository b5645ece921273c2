import { cumulative, sumBetween } from './cumulative.js';

const plogp = (count: number): number => (count > 0 ? count * Math.log(count) : 0);

/**
 * Kullback-Leibler divergence between magnitudes and their quantized form, for any threshold. The reference holds the
 * bins below the threshold, with all that lies beyond added to the last of them. For the quantized form, the bins below
 * the threshold, without what lies beyond, are joined to levels, and each level is spread evenly over those of its bins
 * that are not empty.
 *
 * After S. Migacz, 8-bit Inference with TensorRT, GPU Technology Conference 2017.
 */
export class Divergence {
  readonly #counts: Float64Array;
  readonly #filled: Float64Array;
  readonly #logs: Float64Array;

  /** @param magnitudes how often each magnitude occurs, from bin 0 */
  constructor(
    private readonly magnitudes: Float64Array,
    private readonly levels: number,
  ) {
    const count = (bin: number) => magnitudes[bin] ?? 0;
    this.#counts = cumulative(magnitudes.length, count);
    this.#filled = cumulative(magnitudes.length, (bin) => Math.sign(count(bin)));
    this.#logs = cumulative(magnitudes.length, (bin) => plogp(count(bin)));
  }

  /** With the first `bins` kept, at least as many as there are levels; infinite where the last of them is empty. */
  at(bins: number): number {
    const own = this.magnitudes[bins - 1] ?? 0;
    const beyond = sumBetween(this.#counts, bins, this.magnitudes.length);
    const kept = this.#counts[bins] ?? 0;
    if (kept === 0 || (own === 0 && beyond > 0)) return Number.POSITIVE_INFINITY;
    const total = kept + beyond;
    const entropy = (this.#logs[bins] ?? 0) - plogp(own) + plogp(own + beyond);
    const cross = this.#crossLogs(bins) + beyond * this.#logOf(this.#start(bins, this.levels - 1), bins);
    return (entropy - cross) / total - Math.log(total) + Math.log(kept);
  }

  /** Sum of the kept counts times the logarithm of what their bins hold after the quantization. */
  #crossLogs(bins: number): number {
    let [sum, start] = [0, 0];
    for (let level = 1; level <= this.levels; level++) {
      const end = this.#start(bins, level);
      sum += sumBetween(this.#counts, start, end) * this.#logOf(start, end);
      start = end;
    }
    return sum;
  }

  /** Logarithm of what each bin of a level holds when its count is spread; 0 for an empty level. */
  #logOf(start: number, end: number): number {
    const filled = sumBetween(this.#filled, start, end);
    return filled === 0 ? 0 : Math.log(sumBetween(this.#counts, start, end) / filled);
  }

  /** The first bin of a level. */
  #start(bins: number, level: number): number {
    return Math.ceil((level * bins) / this.levels);
  }
}
