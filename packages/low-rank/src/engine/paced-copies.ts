import type { Matrix } from '@onnx-compress/core';
import { inRanges, type Pause } from '@onnx-compress/math';

/** Elements that are transposed between two pauses. */
const BETWEEN_PAUSES = 2 ** 20;

/** Square tiles keep both the rows read and the columns written in the first-level cache. */
const TILE = 32;

type Values = Float32Array | Float64Array;

/** A single precision copy of rows of numbers. */
export async function toMatrix(values: Values, rows: number, pause: Pause): Promise<Matrix> {
  const copy = new Float32Array(values.length);
  await inRanges(values.length, (from, to) => copy.set(values.subarray(from, to), from), pause);
  return { rows, columns: rows === 0 ? 0 : values.length / rows, values: copy };
}

/** Writes numbers over a divisor into as many others. */
export function divideInto(target: Values, values: Values, divisor: number, pause: Pause): Promise<void> {
  const divide = (from: number, to: number) => {
    for (let at = from; at < to; at++) target[at] = (values[at] ?? 0) / divisor;
  };
  return inRanges(values.length, divide, pause);
}

/** Transposes some rows into a matrix with as many columns as there are rows in all. */
function transposeBand({ rows, columns, values }: Matrix, target: Float32Array, first: number, end: number): void {
  for (let left = 0; left < columns; left += TILE) {
    const right = Math.min(columns, left + TILE);
    for (let top = first; top < end; top += TILE) {
      const bottom = Math.min(end, top + TILE);
      for (let column = left; column < right; column++) {
        for (let row = top; row < bottom; row++) target[column * rows + row] = values[row * columns + column] ?? 0;
      }
    }
  }
}

/** A matrix with rows and columns exchanged, in memory of its own. */
export async function transposed(matrix: Matrix, pause: Pause): Promise<Matrix> {
  const { rows, columns, values } = matrix;
  const result = new Float32Array(values.length);
  const band = Math.max(TILE, Math.floor(BETWEEN_PAUSES / Math.max(1, columns)));
  for (let first = 0; first < rows; first += band) {
    if (first > 0) await pause();
    transposeBand(matrix, result, first, Math.min(rows, first + band));
  }
  return { rows: columns, columns: rows, values: result };
}

/** A matrix times a number; the matrix itself for 1. */
export async function scaled(matrix: Matrix, factor: number, pause: Pause): Promise<Matrix> {
  if (factor === 1) return matrix;
  const values = new Float32Array(matrix.values.length);
  const multiply = (from: number, to: number) => {
    for (let at = from; at < to; at++) values[at] = (matrix.values[at] ?? 0) * factor;
  };
  await inRanges(values.length, multiply, pause);
  return { ...matrix, values };
}
