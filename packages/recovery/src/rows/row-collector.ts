import type { Matrix } from '@onnx-compress/core';
import { present, readFloats, readIndices, type Tensor } from '@onnx-compress/graph';

/**
 * Keeps the rows of all samples, one after the other. Memory for all is taken with the first sample, so that rows are
 * held twice only where later samples are larger.
 */
export class RowCollector {
  #rows = 0;
  #columns = 0;
  #values = new Float32Array();

  /**
   * @param count rows that are computed for each item
   * @param samples how many samples there will be
   */
  constructor(
    private readonly count: number,
    private readonly samples: number,
  ) {}

  /** Takes the rows of a sample, [items * count, columns], and the number of positions that its items have. */
  async add(rows: Tensor, size: Tensor): Promise<void> {
    const [computed = 0, columns = 0] = rows.dims;
    const taken = Math.min(this.count, present((await readIndices(size))[0], 'number of positions'));
    const values = await readFloats(rows);
    this.#columns = columns;
    this.#reserve((computed / this.count) * taken * columns);
    for (let first = 0; first < computed; first += this.count) {
      this.#values.set(values.subarray(first * columns, (first + taken) * columns), this.#rows * columns);
      this.#rows += taken;
    }
  }

  /** All rows so far, without copying them. */
  get matrix(): Matrix {
    const [rows, columns] = [this.#rows, this.#columns];
    return { rows, columns, values: this.#values.subarray(0, rows * columns) };
  }

  #reserve(more: number): void {
    const used = this.#rows * this.#columns;
    if (used + more <= this.#values.length) return;
    const old = this.#values;
    this.#values = new Float32Array(Math.max(used + more, more * this.samples, 2 * old.length));
    this.#values.set(old.subarray(0, used));
  }
}
