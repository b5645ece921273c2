import { factorCholesky, invertFromCholesky } from '@onnx-compress/math';

/** The ridge as a part of the mean of the diagonal. */
const RIDGE = 0.01;

/** Most of the mean of the diagonal that the ridge is raised to, where less does not make the matrix positive definite. */
const MOST = 1e3;

function meanOfDiagonal(matrix: Float64Array, size: number): number {
  let trace = 0;
  for (let index = 0; index < matrix.length; index += size + 1) trace += matrix[index] ?? 0;
  return trace / size;
}

/**
 * The inverse of a Gram matrix with a ridge: the same number added to the whole diagonal, 1 % of its mean. With fewer
 * rows than columns the matrix has no inverse of its own, and what little it says has to count less: the ridge grows by
 * as much. Undefined where the matrix is zero.
 *
 * @param rows that the products were summed over
 */
export async function invertWithRidge(
  products: Float64Array,
  size: number,
  rows: number,
  pause: () => Promise<void>,
): Promise<Float64Array | undefined> {
  const mean = meanOfDiagonal(products, size);
  if (!(mean > 0)) return undefined;
  for (let part = RIDGE * Math.max(1, size / rows); part < MOST; part *= 10) {
    const matrix = products.slice();
    for (let index = 0; index < matrix.length; index += size + 1) matrix[index] = (matrix[index] ?? 0) + part * mean;
    if (await factorCholesky(matrix, size, pause)) return invertFromCholesky(matrix, size, pause);
  }
  return undefined;
}
