import type { Matrix } from '@onnx-compress/core';
import type { Spectrum } from '../ranks/spectrum.js';
import type { Engine } from './engine.js';
import { leadingEigen } from './leading-eigen.js';
import { largestMagnitude } from './magnitude.js';
import type { Metric } from './metric.js';
import { problemOf } from './problem-of.js';

/**
 * The largest squared singular values of a matrix W, or with a metric those of W S with the covariance C = S S^T, which
 * are what outputs lose, on average over samples, when they are dropped.
 *
 * Each is exact to about 1e-6 of the total. Two kinds are less so: with a metric and more rows than columns, to a few
 * 1e-6; and where few are wanted of matrices whose smaller side is above about a thousand, the last ones may be some
 * thousandths too small. The same random stream gives the same values.
 *
 * @param most how many values are wanted, at most
 * @returns undefined where the matrix holds a number that is not finite: such a layer is to stay as it is
 * @throws CancelledError when the signal fires
 */
export async function spectrumOf(
  matrix: Matrix,
  metric: Metric | undefined,
  most: number,
  engine: Engine,
): Promise<Spectrum | undefined> {
  const largest = await largestMagnitude(matrix.values, engine);
  if (largest === undefined) return undefined;
  const count = Math.min(most, matrix.rows, matrix.columns);
  if (count <= 0 || largest === 0) return { values: new Float64Array(Math.max(0, count)), total: 0 };
  const { problem, energyScale } = await problemOf(matrix, largest, metric, engine);
  const { values } = await leadingEigen(problem, { count, vectors: false }, engine);
  return { values: values.map((value) => value * energyScale), total: problem.total * energyScale };
}
