import type { Matrix } from '@onnx-compress/core';
import { present } from '@onnx-compress/graph';
import { type PairedMoments, pairedMoments } from './paired-moments.js';
import type { Rescaling } from './rescaling.js';

/** How far the output of a layer is from that of the original, as parts of the variance of the latter. */
interface OutputErrors {
  /** Mean squared difference at the same positions. */
  readonly difference: number;
  /** Squared distance between the distributions of the channels, see `distance`. */
  readonly distance: number;
}

/** Mean squared difference. */
function difference({ wantedMean, wantedVariance, mean, variance, covariance }: PairedMoments): number {
  return Math.max(0, variance + wantedVariance - 2 * covariance) + (mean - wantedMean) ** 2;
}

/** Squared 2-Wasserstein distance between the normal distributions with these moments. */
function distance({ wantedMean, wantedVariance, mean, variance }: PairedMoments): number {
  return (mean - wantedMean) ** 2 + (Math.sqrt(variance) - Math.sqrt(wantedVariance)) ** 2;
}

function rescaled(pair: PairedMoments, scale: number, shift: number): PairedMoments {
  const { mean, variance, covariance } = pair;
  return { ...pair, mean: scale * mean + shift, variance: scale * scale * variance, covariance: scale * covariance };
}

/** The errors over all channels together. */
function errorsOf(pairs: readonly PairedMoments[], total: number): OutputErrors {
  const sum = (of: (pair: PairedMoments) => number) => pairs.reduce((all, pair) => all + of(pair), 0) / total;
  return { difference: sum(difference), distance: sum(distance) };
}

/** What a layer of the original computes. */
export interface WantedOutputs {
  /** One column for each channel. */
  readonly rows: Matrix;
  /** The columns that are left, one for each column of the changed model. */
  readonly kept: readonly number[];
  /** Of each channel that is left, from more than these rows: a single row has none. */
  readonly variance: Float64Array;
}

/**
 * What a rescaling does to the errors of a layer.
 *
 * @param own rows of the changed model at the same positions
 * @returns undefined where the original does not vary
 */
export function errorsAround(
  { rows, kept, variance }: WantedOutputs,
  own: Matrix,
  { scale, shift }: Rescaling,
): { readonly before: OutputErrors; readonly after: OutputErrors } | undefined {
  const pairs = kept.map((column, index) => pairedMoments({ matrix: rows, index: column }, { matrix: own, index }));
  const total = variance.reduce((sum, value) => sum + value, 0);
  if (total === 0) return undefined;
  const repaired = pairs.map((pair, channel) =>
    rescaled(pair, present(scale[channel], 'scale'), present(shift[channel], 'shift')),
  );
  return { before: errorsOf(pairs, total), after: errorsOf(repaired, total) };
}
