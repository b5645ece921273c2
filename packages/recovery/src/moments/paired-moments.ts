import type { Matrix } from '@onnx-compress/core';

/** Moments of two series of numbers that belong together, row by row: what should be, and what is. */
export interface PairedMoments {
  readonly wantedMean: number;
  readonly wantedVariance: number;
  readonly mean: number;
  readonly variance: number;
  readonly covariance: number;
}

/** One column of a matrix. */
interface Column {
  readonly matrix: Matrix;
  readonly index: number;
}

function valuesOf({ matrix: { rows, columns, values }, index }: Column): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => values[row * columns + index] ?? 0);
}

const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function meanProduct(left: Float64Array, right: Float64Array): number {
  return left.reduce((sum, value, row) => sum + value * (right[row] ?? 0), 0) / Math.max(1, left.length);
}

/** Moments of two columns of as many rows. */
export function pairedMoments(wanted: Column, own: Column): PairedMoments {
  const [targets, values] = [valuesOf(wanted), valuesOf(own)];
  const [wantedMean, mean] = [meanOf(targets), meanOf(values)];
  const centredTargets = targets.map((value) => value - wantedMean);
  const centred = values.map((value) => value - mean);
  return {
    wantedMean,
    wantedVariance: meanProduct(centredTargets, centredTargets),
    mean,
    variance: meanProduct(centred, centred),
    covariance: meanProduct(centredTargets, centred),
  };
}
