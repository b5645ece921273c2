import type { Matrix } from '@onnx-compress/core';
import type { Factors } from '../sites/site.js';
import { balanced } from './balanced.js';
import { type Engine, pauseOf } from './engine.js';
import { leadingEigen } from './leading-eigen.js';
import { largestMagnitude } from './magnitude.js';
import type { Metric } from './metric.js';
import { problemOf } from './problem-of.js';

/** A matrix at a lower rank, and how much of it that is. */
export interface Truncation extends Factors {
  /** Sum of the squared singular values that are kept, in the metric. */
  readonly kept: number;
  /** Sum of all of them. */
  readonly total: number;
}

const zeros = (rows: number, columns: number) => ({ rows, columns, values: new Float32Array(rows * columns) });

/**
 * The matrix of a rank that is closest to another, in the metric: with the covariance C of the inputs X, the one whose
 * outputs are closest. At full rank the product is the matrix to rounding errors of single precision, whatever the
 * metric. Column k of the left factor is as long as row k of the right one.
 *
 * @param rank at least 1; what is above the smaller side counts as that
 * @returns undefined where the matrix holds a number that is not finite: such a layer is to stay as it is
 * @throws CancelledError when the signal fires
 * @example
 * const { left, right } = await truncate(weights, { covariance }, 64, { gemm, signal, random: random(name) });
 */
export async function truncate(
  matrix: Matrix,
  metric: Metric | undefined,
  rank: number,
  engine: Engine,
): Promise<Truncation | undefined> {
  const largest = await largestMagnitude(matrix.values, engine);
  if (largest === undefined) return undefined;
  const count = Math.max(0, Math.min(rank, matrix.rows, matrix.columns));
  if (count === 0 || largest === 0) {
    return { left: zeros(matrix.rows, count), right: zeros(count, matrix.columns), kept: 0, total: 0 };
  }
  const { problem, matrixScale, energyScale } = await problemOf(matrix, largest, metric, engine);
  const { values, vectors } = await leadingEigen(problem, { count, vectors: true }, engine);
  const kept = values.reduce((sum, value) => sum + value, 0);
  return {
    ...(await balanced(await problem.factors(vectors), matrixScale, pauseOf(engine))),
    kept: Math.min(kept, problem.total) * energyScale,
    total: problem.total * energyScale,
  };
}
