import type { Matrix } from '@onnx-compress/core';
import { columnProblem } from './column-problem.js';
import type { Eigenproblem } from './eigenproblem.js';
import { type Engine, pauseOf } from './engine.js';
import type { Metric } from './metric.js';
import { divideInto } from './paced-copies.js';
import { reducedProblem } from './reduced-problem.js';
import { rowProblem } from './row-problem.js';

/** An eigenproblem of a matrix and a metric that were divided by numbers. */
export interface ScaledProblem {
  readonly problem: Eigenproblem;
  /** What the matrix was divided by. */
  readonly matrixScale: number;
  /** What eigenvalues are to be multiplied by. */
  readonly energyScale: number;
}

/** Exponents between which squares and sums of squares are safe in single precision. */
const SAFE_EXPONENT = 30;

/** A power of two that brings the largest element near 1; 1 where squares are safe as they are. */
function scaleOf(largest: number): number {
  const exponent = Math.floor(Math.log2(largest));
  return Math.abs(exponent) <= SAFE_EXPONENT ? 1 : 2 ** exponent;
}

async function scaled(matrix: Matrix, scale: number, engine: Engine): Promise<Matrix> {
  if (scale === 1) return matrix;
  const values = new Float32Array(matrix.values.length);
  await divideInto(values, matrix.values, scale, pauseOf(engine));
  return { ...matrix, values };
}

/** A metric of variance 1. */
async function unitOf({ covariance }: Metric, variance: number, engine: Engine): Promise<Metric> {
  const unit = new Float64Array(covariance.length);
  await divideInto(unit, covariance, variance, pauseOf(engine));
  return { covariance: unit };
}

/** Mean of the diagonal. */
function meanVariance({ covariance }: Metric, size: number): number {
  let trace = 0;
  for (let at = 0; at < covariance.length; at += size + 1) trace += covariance[at] ?? 0;
  return trace / size;
}

/**
 * The eigenproblem of a matrix on its smaller side. A metric without variance is taken for none.
 *
 * @param matrix finite, and not all zero
 * @param largest its largest magnitude
 */
export async function problemOf(
  matrix: Matrix,
  largest: number,
  metric: Metric | undefined,
  engine: Engine,
): Promise<ScaledProblem> {
  const { rows, columns } = matrix;
  const matrixScale = scaleOf(largest);
  const weights = await scaled(matrix, matrixScale, engine);
  const variance = metric ? meanVariance(metric, columns) : 0;
  if (metric === undefined || !(variance > 0)) {
    const problem =
      rows <= columns ? await rowProblem(weights, undefined, engine) : await columnProblem(weights, engine);
    return { problem, matrixScale, energyScale: matrixScale ** 2 };
  }
  const unit = await unitOf(metric, variance, engine);
  const problem = await (rows <= columns ? rowProblem : reducedProblem)(weights, unit, engine);
  return { problem, matrixScale, energyScale: matrixScale ** 2 * variance };
}
