import type { Matrix } from '@onnx-compress/core';
import type { Factors } from '../sites/site.js';

/** A matrix times a column. */
function product({ rows, columns, values }: Matrix, column: Float64Array): Float64Array {
  const result = new Float64Array(rows);
  for (let row = 0, at = 0; row < rows; row++) {
    let sum = 0;
    for (let index = 0; index < columns; index++, at++) sum += (values[at] ?? 0) * (column[index] ?? 0);
    result[row] = sum;
  }
  return result;
}

/** What factors leave away of the outputs when each input holds its mean: (W - left right) mean. */
export function meanShift(matrix: Matrix, { left, right }: Factors, mean: Float64Array): Float64Array {
  const kept = product(left, product(right, mean));
  return product(matrix, mean).map((value, row) => value - (kept[row] ?? 0));
}
