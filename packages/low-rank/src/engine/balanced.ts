import type { Matrix } from '@onnx-compress/core';
import { type Pause, paced, type Steps } from '@onnx-compress/math';
import type { Factors } from '../sites/site.js';

/** Squared lengths of columns. */
function* columnSquares({ columns, values }: Matrix): Steps<Float64Array> {
  const sums = new Float64Array(columns);
  for (let start = 0; start < values.length; start += columns) {
    for (let column = 0; column < columns; column++) {
      sums[column] = (sums[column] ?? 0) + (values[start + column] ?? 0) ** 2;
    }
    yield;
  }
  return sums;
}

/** Squared length of each row. */
function* rowSquares({ rows, columns, values }: Matrix): Steps<Float64Array> {
  const sums = new Float64Array(rows);
  for (let row = 0, at = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++, at++) sum += (values[at] ?? 0) ** 2;
    sums[row] = sum;
    yield;
  }
  return sums;
}

function* scaleColumns({ columns, values }: Matrix, scales: Float64Array): Steps<void> {
  for (let start = 0; start < values.length; start += columns) {
    for (let column = 0; column < columns; column++) {
      values[start + column] = (values[start + column] ?? 0) * (scales[column] ?? 0);
    }
    yield;
  }
}

function* scaleRows({ rows, columns, values }: Matrix, scales: Float64Array): Steps<void> {
  for (let row = 0, at = 0; row < rows; row++) {
    const scale = scales[row] ?? 0;
    for (let column = 0; column < columns; column++, at++) values[at] = (values[at] ?? 0) * scale;
    yield;
  }
}

function* balancing({ left, right }: Factors, scale: number): Steps<Factors> {
  const lengths = yield* rowSquares(right);
  const squares = yield* columnSquares(left);
  const ratios = squares.map((square, index) => (square > 0 ? ((lengths[index] ?? 0) / square) ** 0.25 : 0));
  const root = Math.sqrt(scale);
  yield* scaleColumns(
    left,
    ratios.map((ratio) => root * ratio),
  );
  yield* scaleRows(
    right,
    ratios.map((ratio) => (ratio > 0 ? root / ratio : 0)),
  );
  return { left, right };
}

/**
 * Gives column k of the left factor the length of row k of the right one, in place, so that neither needs a wide range of
 * numbers, and multiplies the product by `scale`. A column or a row of zeros makes both zero.
 *
 * @param pause called every 25 ms
 */
export const balanced = (factors: Factors, scale: number, pause: Pause): Promise<Factors> =>
  paced(balancing(factors, scale), pause);
