import type { Matrix } from '@onnx-compress/core';
import { addToColumns, columnMeans } from './matrices.js';

/** Rows that are centred in place, now on these and then on others, and what was taken from them so far. */
export class CentredRows {
  readonly means: Float64Array;

  constructor(readonly matrix: Matrix) {
    this.means = new Float64Array(matrix.columns);
  }

  /** Centres all rows on the means of the first ones. */
  centre(rows: number): void {
    const shift = columnMeans(this.matrix, rows);
    addToColumns(
      this.matrix,
      shift.map((value) => -value),
    );
    for (const [column, value] of shift.entries()) this.means[column] = (this.means[column] ?? 0) + value;
  }
}
