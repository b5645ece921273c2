import type { Matrix } from '@onnx-compress/core';
import { rowProducts } from '@onnx-compress/math';
import type { Eigenproblem } from './eigenproblem.js';
import { type Engine, pauseOf } from './engine.js';
import { gramOfRows } from './gram.js';
import type { Metric } from './metric.js';
import { toMatrix } from './paced-copies.js';
import { columnProductsOf, innerProduct, rowProductsOf } from './products.js';

/** Multiplications that are done here and in double precision; onnxruntime would save little. */
export const FEW_MULTIPLICATIONS = 2 ** 25;

/** W C W^T from W C and W; in single precision where the numbers are many. */
interface Pair {
  readonly total: number;
  gram(): Promise<Float64Array>;
  apply(columns: Matrix): Promise<Matrix>;
}

async function smallPair(matrix: Matrix, metric: Metric | undefined, engine: Engine): Promise<Pair> {
  const values = new Float64Array(matrix.values);
  const pause = pauseOf(engine);
  const weighed = metric ? await rowProducts(values, metric.covariance, matrix.columns, pause) : values;
  return {
    total: await innerProduct(weighed, values, engine),
    gram: () => rowProducts(weighed, values, matrix.columns, pause),
    apply: async (columns) => {
      const left = await toMatrix(weighed, matrix.rows, pause);
      return rowProductsOf(left, await columnProductsOf(columns, matrix, engine), engine);
    },
  };
}

async function largePair(matrix: Matrix, metric: Metric | undefined, engine: Engine): Promise<Pair> {
  const covariance = metric && (await toMatrix(metric.covariance, matrix.columns, pauseOf(engine)));
  const weighed = covariance ? await rowProductsOf(matrix, covariance, engine) : matrix;
  return {
    total: await innerProduct(weighed.values, matrix.values, engine),
    gram: () => gramOfRows(weighed, matrix, engine),
    apply: async (columns) => rowProductsOf(weighed, await columnProductsOf(columns, matrix, engine), engine),
  };
}

/**
 * W C W^T, of the size of the rows. Its eigenvectors U give the factors U and U^T W: a projection of what comes out, the
 * best for every C, singular ones as well, and nothing is lost at full rank.
 */
export async function rowProblem(matrix: Matrix, metric: Metric | undefined, engine: Engine): Promise<Eigenproblem> {
  const { rows, columns } = matrix;
  const multiplications = rows * columns * (rows + (metric ? columns : 0));
  const isSmall = multiplications <= FEW_MULTIPLICATIONS;
  const pair = await (isSmall ? smallPair : largePair)(matrix, metric, engine);
  return {
    ...pair,
    size: rows,
    depth: columns,
    factors: async (left) => ({ left, right: await columnProductsOf(left, matrix, engine) }),
  };
}
