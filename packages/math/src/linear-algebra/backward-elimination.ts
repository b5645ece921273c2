import { indexOutOfRange, lengthMismatch } from '../messages.js';
import { DowndatedInverse } from './downdated-inverse.js';
import { rowMajor, transposed } from './matrix-view.js';
import { atOnce } from './pacing.js';
import { subtractProducts } from './packed-products.js';
import { PANEL, packedPanel, packRows } from './packed-rows.js';
import { packedTriangle, substituteRows } from './packed-triangle.js';
import { factorWithJitter } from './small-cholesky.js';

/**
 * Backward elimination of columns of a linear layer: which columns can go at the least increase of the squared error of
 * the outputs, when all other weights are changed so that the error becomes least. This is the optimal brain surgeon
 * for blocks of columns.
 *
 * With weights W (rows x size), the inverse H^-1 of the regularized Gram matrix of the inputs and a block B of adjacent
 * columns, `cost` is the sum over the rows w of W of w_B (H^-1_BB)^-1 w_B^T, and `remove` does
 * W -= W_B (H^-1_BB)^-1 H^-1_B,: and H^-1 -= H^-1_:,B (H^-1_BB)^-1 H^-1_B,:. Columns keep their numbers; those that
 * have gone cost neither time nor memory traffic.
 *
 * Sources: Hassibi and Stork, Second order derivatives for network pruning: optimal brain surgeon (1993); Frantar,
 * Singh and Alistarh, Optimal Brain Compression, arXiv:2208.11580.
 *
 * @example
 * const elimination = new BackwardElimination(inverse, 1152, weights, 128);
 * const costs = elimination.costs(9);
 * elimination.remove(9 * costs.indexOf(Math.min(...costs)), 9);
 * const repaired = elimination.weights();
 */
export class BackwardElimination {
  readonly #size: number;
  readonly #rows: number;
  readonly #given: Float64Array;
  readonly #inverse: DowndatedInverse;
  /** The weights column by column, at the positions of the inverse. */
  readonly #columns: Float64Array;
  /** Where each column lies in the inverse, -1 for those that have gone. */
  readonly #positions: Int32Array;
  /** Room for the columns of one block. */
  #solved = new Float64Array(0);

  /**
   * @param inverse inverse of the regularized Gram matrix, size x size, positive definite; taken over, and undefined
   *   from then on
   * @param weights row-major, rows x size; taken over, and brought up to date by `weights()`
   * @throws RangeError when the lengths do not fit
   */
  constructor(inverse: Float64Array, size: number, weights: Float64Array, rows: number) {
    if (inverse.length !== size * size) throw lengthMismatch('inverse', inverse.length, size * size);
    if (weights.length !== rows * size) throw lengthMismatch('weights', weights.length, rows * size);
    this.#size = size;
    this.#rows = rows;
    this.#given = weights;
    this.#inverse = new DowndatedInverse(inverse, size);
    this.#positions = Int32Array.from({ length: size }, (_, column) => column);
    this.#columns = new Float64Array(weights.length);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < size; column++) this.#columns[column * rows + row] = weights[row * size + column];
    }
  }

  /**
   * The increase of the squared error when the columns from `first` on go that are still there. Infinity where none is
   * left, and where their block of the inverse is not positive definite even with 1e-8 of its mean diagonal added.
   *
   * @throws RangeError when the columns are not all below `size`
   */
  cost(first: number, count: number): number {
    const positions = this.#present(first, count);
    if (positions.length === 0) return Number.POSITIVE_INFINITY;
    const factor = factorWithJitter(this.#inverse.block(positions), positions.length);
    if (factor === undefined) return Number.POSITIVE_INFINITY;
    const cost = this.#squaredNorm(factor, positions);
    return Number.isNaN(cost) ? Number.POSITIVE_INFINITY : cost;
  }

  /** The costs of all blocks of adjacent columns; the last one is shorter where `size` is not a multiple. */
  costs(blockSize: number): Float64Array {
    return Float64Array.from({ length: Math.ceil(this.#size / blockSize) }, (_, block) => {
      const first = block * blockSize;
      return this.cost(first, Math.min(blockSize, this.#size - first));
    });
  }

  /**
   * Removes columns and changes the weights of all others. Columns whose block of the inverse is not positive definite
   * go without a change of the others.
   *
   * @throws RangeError when the columns are not all below `size`
   */
  remove(first: number, count: number): void {
    if (this.#present(first, count).length === 0) return;
    for (let start = first; start < first + count; start += PANEL) {
      const end = Math.min(start + PANEL, first + count);
      this.#removePart(start, end - start);
    }
  }

  /** The array the constructor was given, with the weights as they are now and zeros in the columns that have gone. */
  weights(): Float64Array {
    for (const [column, position] of this.#positions.entries()) {
      for (let row = 0; row < this.#rows; row++) {
        this.#given[row * this.#size + column] = position < 0 ? 0 : this.#columns[position * this.#rows + row];
      }
    }
    return this.#given;
  }

  /** The positions of the columns from `first` on that are still there. */
  #present(first: number, count: number): number[] {
    if (!(first >= 0 && count >= 0)) throw indexOutOfRange(first, this.#size);
    if (first + count > this.#size) throw indexOutOfRange(first + count - 1, this.#size);
    const positions: number[] = [];
    for (let column = first; column < first + count; column++) {
      if (this.#positions[column] >= 0) positions.push(this.#positions[column]);
    }
    return positions;
  }

  /** The sum of squares of L^-1 w over all rows w of the weights of some columns. */
  #squaredNorm(factor: Float64Array, positions: readonly number[]): number {
    const rows = this.#rows;
    if (this.#solved.length < positions.length * rows) this.#solved = new Float64Array(positions.length * rows);
    const solved = this.#solved;
    let sum = 0;
    for (const [index, position] of positions.entries()) {
      const current = solved.subarray(index * rows, (index + 1) * rows);
      current.set(this.#columns.subarray(position * rows, (position + 1) * rows));
      for (let k = 0; k < index; k++) {
        subtractMultiple(current, solved.subarray(k * rows, (k + 1) * rows), factor[index * positions.length + k]);
      }
      sum += divide(current, factor[index * positions.length + index]);
    }
    return sum;
  }

  #removePart(first: number, count: number): void {
    const wanted = this.#present(first, count).length;
    if (wanted === 0) return;
    if (!this.#inverse.takes(wanted)) this.#settle();
    const positions = this.#present(first, count);
    const factor = factorWithJitter(this.#inverse.block(positions), wanted);
    if (factor !== undefined) this.#compensate(positions, factor);
    this.#positions.fill(-1, first, first + count);
  }

  /** Z = H^-1_:,B L^-T and Y = W_B L^-T, L being the factor of H^-1_BB; then H^-1 -= Z Z^T and W -= Y Z^T. */
  #compensate(positions: readonly number[], factor: Float64Array): void {
    const depth = positions.length;
    const panel = packedPanel(depth, depth);
    packRows(rowMajor(factor, depth), depth, depth, panel);
    const triangle = packedTriangle(panel, depth);
    const inverse = packedPanel(this.#inverse.order, depth);
    packRows(rowMajor(this.#inverse.columns(positions), depth), this.#inverse.order, depth, inverse);
    substituteRows(inverse, 0, this.#inverse.order, triangle);
    const weights = packedPanel(this.#rows, depth);
    packRows(transposed(rowMajor(this.#weightsAt(positions), this.#rows)), this.#rows, depth, weights);
    substituteRows(weights, 0, this.#rows, triangle);
    if (depth === 1) this.#subtractOuterProduct(inverse, weights);
    else {
      const left = { panel: inverse, rows: this.#inverse.order };
      const right = { panel: weights, rows: this.#rows };
      atOnce(subtractProducts(rowMajor(this.#columns, this.#rows), left, right, depth));
    }
    this.#inverse.downdate(inverse, depth);
  }

  #subtractOuterProduct(factors: Float64Array, row: Float64Array): void {
    const values = row.subarray(0, this.#rows);
    for (let position = 0; position < this.#inverse.order; position++) {
      const start = position * this.#rows;
      subtractMultiple(this.#columns.subarray(start, start + this.#rows), values, factors[position]);
    }
  }

  #weightsAt(positions: readonly number[]): Float64Array {
    const chosen = new Float64Array(positions.length * this.#rows);
    for (const [index, position] of positions.entries()) {
      chosen.set(this.#columns.subarray(position * this.#rows, (position + 1) * this.#rows), index * this.#rows);
    }
    return chosen;
  }

  /** Drops the columns that have gone from the inverse and the weights; the others keep their order. */
  #settle(): void {
    const kept = this.#positions.filter((position) => position >= 0);
    this.#inverse.settle(kept);
    for (const [to, position] of kept.entries()) {
      this.#columns.copyWithin(to * this.#rows, position * this.#rows, (position + 1) * this.#rows);
    }
    let next = 0;
    for (const [column, position] of this.#positions.entries()) if (position >= 0) this.#positions[column] = next++;
  }
}

function subtractMultiple(target: Float64Array, values: Float64Array, factor: number): void {
  for (let at = 0; at < target.length; at++) target[at] -= factor * values[at];
}

/** Divides in place and returns the sum of squares of the result. */
function divide(values: Float64Array, divisor: number): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] / divisor;
    values[at] = value;
    sum += value * value;
  }
  return sum;
}
