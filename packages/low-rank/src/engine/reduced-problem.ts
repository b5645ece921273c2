import type { Matrix } from '@onnx-compress/core';
import { factorCholesky, rowProducts, solveCholesky } from '@onnx-compress/math';
import { columnGram } from './column-problem.js';
import type { Eigenproblem } from './eigenproblem.js';
import { type Engine, pauseOf } from './engine.js';
import type { Metric } from './metric.js';
import { toMatrix, transposed } from './paced-copies.js';
import { innerProduct, rowProductsOf } from './products.js';
import { rowProblem } from './row-problem.js';

/** Part of the mean of the diagonal that is added to it at first: some rounding errors of single precision. */
const LEAST_RIDGE = 1e-6;

/** Cholesky factor L of a positive semidefinite matrix with a ridge, as small a one as does; zero above the diagonal. */
async function factorWithRidge(gram: Float64Array, size: number, engine: Engine): Promise<Float64Array> {
  let trace = 0;
  for (let at = 0; at < gram.length; at += size + 1) trace += gram[at] ?? 0;
  for (let ridge = (LEAST_RIDGE * trace) / size; ; ridge *= 10) {
    const factor = gram.slice();
    for (let at = 0; at < gram.length; at += size + 1) factor[at] = (gram[at] ?? 0) + ridge;
    if (!(await factorCholesky(factor, size, pauseOf(engine)))) continue;
    for (let row = 0; row < size; row++) factor.fill(0, row * (size + 1) + 1, (row + 1) * size);
    return factor;
  }
}

/**
 * The problem of a matrix with more rows than columns in a metric, W = Q L^T with orthonormal columns Q and
 * W^T W = L L^T: that of the square matrix L^T. Its factors U and U^T L^T become W L^-T U and U^T L^T. Where columns of
 * the matrix depend on each other, L L^T has a small ridge; the product at full rank stays W.
 *
 * @param matrix with elements that are not all zero
 */
export async function reducedProblem(matrix: Matrix, metric: Metric, engine: Engine): Promise<Eigenproblem> {
  const { columns: size } = matrix;
  const gram = await columnGram(matrix, engine);
  const factor = await factorWithRidge(gram, size, engine);
  const pause = pauseOf(engine);
  const upper = await transposed(await toMatrix(factor, size, pause), pause);
  const reduced = await rowProblem(upper, metric, engine);
  return {
    ...reduced,
    total: await innerProduct(gram, metric.covariance, engine),
    factors: async (vectors) => {
      const rank = vectors.columns;
      const turned = await transposed(vectors, pause);
      const rows = await rowProducts(new Float64Array(turned.values), factor, size, pause);
      const right = await toMatrix(rows, rank, pause);
      await solveCholesky(factor, size, rows, pause);
      return { left: await rowProductsOf(matrix, await toMatrix(rows, rank, pause), engine), right };
    },
  };
}
