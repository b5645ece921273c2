import type { Matrix } from '@onnx-compress/core';

/** Some rows of a matrix, without a copy. */
export function rowsOf({ columns, values }: Matrix, first: number, count: number): Matrix {
  return { rows: count, columns, values: values.subarray(first * columns, (first + count) * columns) };
}

/** Some columns of a matrix; the matrix itself where these are all. */
export function columnsOf(matrix: Matrix, columns: readonly number[]): Matrix {
  const { rows, values, columns: width } = matrix;
  if (columns.length === width && columns.every((column, index) => column === index)) return matrix;
  const picked = new Float32Array(rows * columns.length);
  for (let row = 0, at = 0; row < rows; row++) {
    for (const column of columns) picked[at++] = values[row * width + column] ?? 0;
  }
  return { rows, columns: columns.length, values: picked };
}

/** A matrix cut into blocks of as many columns each. */
export function columnBlocks(matrix: Matrix, blocks: number): readonly Matrix[] {
  if (blocks === 1) return [matrix];
  const { rows, columns: width, values } = matrix;
  const columns = width / blocks;
  return Array.from({ length: blocks }, (_, block) => {
    const part = new Float32Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      const start = row * width + block * columns;
      part.set(values.subarray(start, start + columns), row * columns);
    }
    return { rows, columns, values: part };
  });
}

/** The mean of each column over the first rows. */
export function columnMeans({ columns, values }: Matrix, rows: number): Float64Array {
  const means = new Float64Array(columns);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) means[column] = (means[column] ?? 0) + (values[at++] ?? 0);
  }
  return means.map((sum) => sum / Math.max(1, rows));
}

/** Adds a number to each column, in place. */
export function addToColumns({ rows, columns, values }: Matrix, numbers: Float64Array): void {
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) values[at] = (values[at] ?? 0) + (numbers[column] ?? 0);
  }
}

/** Single precision copy of numbers in rows. */
export function toMatrix(values: Float64Array, columns: number): Matrix {
  return { rows: values.length / columns, columns, values: Float32Array.from(values) };
}
