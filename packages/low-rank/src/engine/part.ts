import type { Matrix } from '@onnx-compress/core';

/** A rectangle of a matrix. */
export interface Part {
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly columns: number;
}

/** Memory for copies of parts, used again and again; a part must not be needed any more when the next is taken. */
export class PartCopies {
  #values = new Float32Array();

  /** A part of a matrix; whole rows are not copied. */
  of(matrix: Matrix, { row, rows, column, columns }: Part): Matrix {
    const start = row * matrix.columns + column;
    if (columns === matrix.columns) {
      return { rows, columns, values: matrix.values.subarray(start, start + rows * columns) };
    }
    if (this.#values.length < rows * columns) this.#values = new Float32Array(rows * columns);
    const values = this.#values.subarray(0, rows * columns);
    for (let index = 0; index < rows; index++) {
      const from = start + index * matrix.columns;
      values.set(matrix.values.subarray(from, from + columns), index * columns);
    }
    return { rows, columns, values };
  }
}
