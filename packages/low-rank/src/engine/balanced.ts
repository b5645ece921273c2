import type { Matrix } from '@onnx-compress/core';
import type { Factors } from '../sites/site.js';

/** Squared lengths of columns. */
function columnSquares({ columns, values }: Matrix): Float64Array {
  const sums = new Float64Array(columns);
  for (let start = 0; start < values.length; start += columns) {
    for (let column = 0; column < columns; column++) {
      sums[column] = (sums[column] ?? 0) + (values[start + column] ?? 0) ** 2;
    }
  }
  return sums;
}

/** Squared length of each row. */
function rowSquares({ rows, columns, values }: Matrix): Float64Array {
  const sums = new Float64Array(rows);
  for (let row = 0, at = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++, at++) sum += (values[at] ?? 0) ** 2;
    sums[row] = sum;
  }
  return sums;
}

function scaleColumns({ columns, values }: Matrix, scales: Float64Array): void {
  for (let start = 0; start < values.length; start += columns) {
    for (let column = 0; column < columns; column++) {
      values[start + column] = (values[start + column] ?? 0) * (scales[column] ?? 0);
    }
  }
}

function scaleRows({ rows, columns, values }: Matrix, scales: Float64Array): void {
  for (let row = 0, at = 0; row < rows; row++) {
    const scale = scales[row] ?? 0;
    for (let column = 0; column < columns; column++, at++) values[at] = (values[at] ?? 0) * scale;
  }
}

/**
 * Gives column k of the left factor the length of row k of the right one, in place, so that neither needs a wide range of
 * numbers, and multiplies the product by `scale`. A column or a row of zeros makes both zero.
 */
export function balanced({ left, right }: Factors, scale: number): Factors {
  const lengths = rowSquares(right);
  const ratios = columnSquares(left).map((square, index) =>
    square > 0 ? ((lengths[index] ?? 0) / square) ** 0.25 : 0,
  );
  const root = Math.sqrt(scale);
  scaleColumns(
    left,
    ratios.map((ratio) => root * ratio),
  );
  scaleRows(
    right,
    ratios.map((ratio) => (ratio > 0 ? root / ratio : 0)),
  );
  return { left, right };
}
