import type { ScalarFunction } from './scalar-functions.js';

/** Mean and variance of every channel over samples and positions; NaN where nothing is known of a channel. */
export interface Moments {
  /** The axis on which the channels lie. */
  readonly axis: number;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** Standard normal probability on a grid: the trapezoidal rule over 8 standard deviations to both sides. */
const STEP = 1 / 16;
const GRID = Array.from({ length: 257 }, (_, index) => {
  const z = (index - 128) * STEP;
  return { z, density: (STEP * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI) };
});

/** Moments of independent values added to each other. */
export function added(left: Moments, right: Moments): Moments {
  return {
    axis: left.axis,
    mean: left.mean.map((mean, channel) => mean + (right.mean[channel] ?? Number.NaN)),
    variance: left.variance.map((variance, channel) => variance + (right.variance[channel] ?? Number.NaN)),
  };
}

/** The product; 0 where the factor is, even of what is unknown. */
const product = (value: number, factor: number) => (factor === 0 ? 0 : value * factor);

/** Moments of `scale * x + shift`, with one scale and shift per channel. */
export function scaled({ axis, mean, variance }: Moments, scale: Float64Array, shift: Float64Array): Moments {
  return {
    axis,
    mean: mean.map((value, channel) => product(value, scale[channel] ?? Number.NaN) + (shift[channel] ?? Number.NaN)),
    variance: variance.map((value, channel) => product(value, (scale[channel] ?? Number.NaN) ** 2)),
  };
}

/** Moments of `apply(x)` where x is normally distributed in every channel; exact where its variance is 0. */
export function through({ axis, mean, variance }: Moments, apply: ScalarFunction): Moments {
  const result = { axis, mean: new Float64Array(mean.length), variance: new Float64Array(mean.length) };
  for (const [channel, centre] of mean.entries()) {
    const deviation = Math.sqrt(variance[channel] ?? Number.NaN);
    if (deviation === 0 || Number.isNaN(deviation)) {
      result.mean[channel] = deviation === 0 ? apply(centre) : Number.NaN;
      result.variance[channel] = deviation;
      continue;
    }
    let [first, second] = [0, 0];
    for (const { z, density } of GRID) {
      const value = apply(centre + deviation * z);
      first += density * value;
      second += density * value * value;
    }
    result.mean[channel] = first;
    result.variance[channel] = Math.max(0, second - first * first);
  }
  return result;
}

/** Every channel `block` times in a row, as Flatten lays positions out. */
export function repeated({ axis, mean, variance }: Moments, block: number): Moments {
  const spread = (values: Float64Array) =>
    Float64Array.from({ length: values.length * block }, (_, index) => values[Math.floor(index / block)] ?? Number.NaN);
  return { axis, mean: spread(mean), variance: spread(variance) };
}

/** Channels of several values in a row. */
export function joined(axis: number, parts: readonly Moments[]): Moments {
  const row = (of: (part: Moments) => Float64Array) => Float64Array.from(parts.flatMap((part) => [...of(part)]));
  return { axis, mean: row(({ mean }) => mean), variance: row(({ variance }) => variance) };
}

/** Channels that hold one number each. */
export function fixed(axis: number, mean: Float64Array): Moments {
  return { axis, mean, variance: new Float64Array(mean.length) };
}

/** Channels of which nothing is known. */
export function unknownMoments(axis: number, channels: number): Moments {
  const nothing = new Float64Array(channels).fill(Number.NaN);
  return { axis, mean: nothing, variance: nothing };
}
