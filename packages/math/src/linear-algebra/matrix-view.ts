/** A matrix inside an array: element (i, j) lies at `offset + i * rowStride + j * columnStride`. */
export interface MatrixView {
  readonly values: Float64Array;
  readonly offset: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** A row-major matrix. */
export function rowMajor(values: Float64Array, columns: number): MatrixView {
  return { values, offset: 0, rowStride: columns, columnStride: 1 };
}

/** What is left of a matrix from `row` and `column` on. */
export function from(view: MatrixView, row: number, column: number): MatrixView {
  return { ...view, offset: view.offset + row * view.rowStride + column * view.columnStride };
}

export function transposed({ values, offset, rowStride, columnStride }: MatrixView): MatrixView {
  return { values, offset, rowStride: columnStride, columnStride: rowStride };
}

/** The rows of a matrix in reverse order. */
export function rowsReversed(view: MatrixView, rows: number): MatrixView {
  return { ...from(view, Math.max(0, rows - 1), 0), rowStride: -view.rowStride };
}

/** The columns of a matrix in reverse order. */
export function columnsReversed(view: MatrixView, columns: number): MatrixView {
  return transposed(rowsReversed(transposed(view), columns));
}
