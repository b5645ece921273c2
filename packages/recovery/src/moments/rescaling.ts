import { present } from '@onnx-compress/graph';

/** Mean and variance of each output channel of a layer. */
export interface ChannelMean {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** What each output channel is multiplied by, and what is added to it afterwards. */
export interface Rescaling {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** What to do about the deviations: leave them, or trust ratios that come from so many samples. */
export type Deviations = { readonly match: false } | { readonly match: true; readonly samples: number };

/** How far a channel may be rescaled: a larger factor mostly blows up what the changed layer gets wrong. */
const MOST = 4;

/** The scale, or the nearest one that is not too far from 1. */
export const boundedScale = (scale: number): number => Math.min(MOST, Math.max(1 / MOST, scale));

/** Variance that is added to both sides, as a part of the mean variance of all channels: dead channels stay as they are. */
const FLOOR = 1e-4;

/** Logarithms of the ratios between the deviations of the original and those of now. */
function logRatios(from: ChannelMean, to: ChannelMean): Float64Array {
  const floor = (FLOOR * to.variance.reduce((sum, value) => sum + value, 0)) / to.variance.length;
  if (floor === 0) return new Float64Array(to.variance.length);
  return from.variance.map((value, channel) => {
    return Math.log((present(to.variance[channel], 'variance') + floor) / (value + floor)) / 2;
  });
}

/**
 * How much of measured logarithms of ratios to believe, between 0 and 1: the positive-part estimator of James and Stein,
 * Estimation with Quadratic Loss (1961). The logarithm of a deviation measured on n independent normal samples has a
 * variance of about 1 / (2n), that of a ratio of two at most 1 / n. All positions of a sample count as one, since they are
 * far from independent.
 */
function credibility(logarithms: Float64Array, samples: number): number {
  const energy = logarithms.reduce((sum, value) => sum + value * value, 0);
  return energy === 0 ? 0 : Math.max(0, 1 - Math.max(0, logarithms.length - 2) / (samples * energy));
}

/**
 * The scales and shifts that give every channel the mean of the original, and a deviation between that of now and that of
 * the original: the ratio r of the deviations becomes r^c, with c the `credibility` of all ratios of the layer, and is
 * kept between 1/4 and 4.
 *
 * @param deviations whether they are matched, and from how many samples both moments come
 */
export function rescalingTo(to: ChannelMean, from: ChannelMean, deviations: Deviations): Rescaling {
  const logarithms = logRatios(from, to);
  const part = deviations.match ? credibility(logarithms, deviations.samples) : 0;
  const scale = logarithms.map((value) => boundedScale(Math.exp(part * value)));
  const shift = from.mean.map(
    (mean, channel) => present(to.mean[channel], 'mean') - present(scale[channel], 'scale') * mean,
  );
  return { scale, shift };
}
