import type { Matrix } from '@onnx-compress/core';

/** Matrices of equal width one below the other; a single one is given back as it is. */
export function stacked(matrices: readonly Matrix[]): Matrix {
  const [first] = matrices;
  if (first !== undefined && matrices.length === 1) return first;
  const rows = matrices.reduce((sum, matrix) => sum + matrix.rows, 0);
  const columns = first?.columns ?? 0;
  const values = new Float32Array(rows * columns);
  let at = 0;
  for (const matrix of matrices) {
    values.set(matrix.values, at);
    at += matrix.values.length;
  }
  return { rows, columns, values };
}

/** The same rows in as many matrices of equal height, which share their memory. */
export function split({ rows, columns, values }: Matrix, count: number): readonly Matrix[] {
  const height = rows / count;
  const block = height * columns;
  return Array.from({ length: count }, (_, index) => ({
    rows: height,
    columns,
    values: values.subarray(index * block, (index + 1) * block),
  }));
}
