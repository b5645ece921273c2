/**
 * Means and variances of many series at once, in double precision, merged part by part: Chan, Golub and LeVeque,
 * Updating Formulae and a Pairwise Algorithm for Computing Sample Variances (1979).
 *
 * @example
 * const moments = new RunningMoments(2);
 * moments.merge(1, [1, 5]);
 * moments.merge(1, [3, 5]);
 * moments.variance; // [1, 0]
 */
export class RunningMoments {
  readonly mean: Float64Array;
  readonly #squares: Float64Array;
  #count = 0;

  constructor(series: number) {
    this.mean = new Float64Array(series);
    this.#squares = new Float64Array(series);
  }

  /** Mean squared distance from the mean, per series; 0 before the first value. */
  get variance(): Float64Array {
    const count = Math.max(1, this.#count);
    return this.#squares.map((sum) => sum / count);
  }

  /**
   * Takes a part of `count` values of each series.
   *
   * @param means the part's own means
   * @param squares sums of squared distances from them; left out where the part is a single value
   */
  merge(count: number, means: ArrayLike<number>, squares?: ArrayLike<number>): void {
    if (count === 0) return;
    const total = this.#count + count;
    const weight = (this.#count * count) / total;
    for (let i = 0; i < this.mean.length; i++) {
      const distance = means[i] - this.mean[i];
      this.mean[i] += (distance * count) / total;
      this.#squares[i] += distance * distance * weight + (squares === undefined ? 0 : squares[i]);
    }
    this.#count = total;
  }
}
