import { rowMajor } from './matrix-view.js';
import { atOnce } from './pacing.js';
import { subtractProducts } from './packed-products.js';
import { PANEL, packedAt, packedPanel, TILE } from './packed-rows.js';

/**
 * A symmetric matrix that products Z Z^T are subtracted from again and again. The columns of Z are kept until there are
 * `PANEL` of them and then subtracted at once, at the speed of a matrix product.
 */
export class DowndatedInverse {
  /** Row-major, of which the lower triangle counts. */
  readonly #matrix: Float64Array;
  /** The columns that are still to be subtracted, packed; those that are free are 0. */
  readonly #pending: Float64Array;
  #pendingColumns = 0;
  #order: number;

  /** Takes `matrix` over. */
  constructor(matrix: Float64Array, order: number) {
    this.#matrix = matrix;
    this.#order = order;
    this.#pending = packedPanel(order);
  }

  get order(): number {
    return this.#order;
  }

  /** Whether that many more columns can wait. */
  takes(columns: number): boolean {
    return this.#pendingColumns + columns <= PANEL;
  }

  /** The square block of some rows and columns, row-major. */
  block(positions: readonly number[]): Float64Array {
    const block = new Float64Array(positions.length ** 2);
    for (const [i, row] of positions.entries()) {
      for (let j = 0; j <= i; j++) {
        const value = this.#element(row, positions[j]);
        block[i * positions.length + j] = value;
        block[j * positions.length + i] = value;
      }
    }
    return block;
  }

  #element(row: number, column: number): number {
    let value = this.#stored(row, column);
    const left = packedAt(row, 0, PANEL);
    const right = packedAt(column, 0, PANEL) - left;
    for (let at = left; at < left + TILE * this.#pendingColumns; at += TILE) {
      value -= this.#pending[at] * this.#pending[at + right];
    }
    return value;
  }

  #stored(row: number, column: number): number {
    return this.#matrix[Math.max(row, column) * this.#order + Math.min(row, column)];
  }

  /** Some columns, one row for each row of the matrix. */
  columns(positions: readonly number[]): Float64Array {
    const count = positions.length;
    const columns = new Float64Array(this.#order * count);
    const chosen = packedPanel(count);
    for (const [index, column] of positions.entries()) {
      for (let row = 0; row < this.#order; row++) columns[row * count + index] = this.#stored(row, column);
      for (let k = 0; k < this.#pendingColumns; k++) {
        chosen[packedAt(index, k, PANEL)] = this.#pending[packedAt(column, k, PANEL)];
      }
    }
    if (this.#pendingColumns > 0) {
      const all = { panel: this.#pending, rows: this.#order };
      atOnce(subtractProducts(rowMajor(columns, count), all, { panel: chosen, rows: count }, PANEL));
    }
    return columns;
  }

  /** Subtracts Z Z^T, Z being packed rows of `depth` elements, where it `takes` so many. */
  downdate(panel: Float64Array, depth: number): void {
    for (let row = 0; row < this.#order; row += TILE) {
      const part = panel.subarray(row * depth, (row + TILE) * depth);
      this.#pending.set(part, packedAt(row, this.#pendingColumns, PANEL));
    }
    this.#pendingColumns += depth;
  }

  /** Subtracts what is pending, and drops all rows and columns but those at `kept`, which ascend. */
  settle(kept: Int32Array): void {
    const pending = { panel: this.#pending, rows: this.#order };
    atOnce(subtractProducts(rowMajor(this.#matrix, this.#order), pending, pending, PANEL, 'lower'));
    this.#pending.fill(0);
    this.#pendingColumns = 0;
    for (const [to, row] of kept.entries()) {
      for (let column = 0; column <= to; column++) {
        this.#matrix[to * kept.length + column] = this.#matrix[row * this.#order + kept[column]];
      }
    }
    this.#order = kept.length;
  }
}
