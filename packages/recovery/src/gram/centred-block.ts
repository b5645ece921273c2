import type { Matrix } from '@onnx-compress/core';

/** Columns of a matrix that lie side by side. */
export interface ColumnRange {
  readonly first: number;
  readonly count: number;
}

/** Rows of a matrix that are looked at together, and some of its columns. */
export interface Block {
  readonly firstRow: number;
  readonly rows: number;
  readonly columns: ColumnRange;
}

/** The blocks of at most so many rows that the rows of a matrix fall into. */
export function blocksOf(rows: number, most: number, columns: ColumnRange): readonly Block[] {
  return Array.from({ length: Math.ceil(rows / most) }, (_, index) => {
    const firstRow = index * most;
    return { firstRow, rows: Math.min(most, rows - firstRow), columns };
  });
}

/** Adds up the columns of a block. */
export function addColumns(sums: Float64Array, matrix: Matrix, { firstRow, rows, columns }: Block): void {
  const { first, count } = columns;
  for (let row = firstRow; row < firstRow + rows; row++) {
    const start = row * matrix.columns + first;
    for (let column = 0; column < count; column++) {
      sums[column] = (sums[column] ?? 0) + (matrix.values[start + column] ?? 0);
    }
  }
}

/** A copy of a block with a number taken from each column. */
export function centred(matrix: Matrix, { firstRow, rows, columns }: Block, mean: Float64Array): Matrix {
  const { first, count } = columns;
  const values = new Float32Array(rows * count);
  for (let row = 0, at = 0; row < rows; row++) {
    const start = (firstRow + row) * matrix.columns + first;
    for (let column = 0; column < count; column++, at++) {
      values[at] = (matrix.values[start + column] ?? 0) - (mean[column] ?? 0);
    }
  }
  return { rows, columns: count, values };
}
