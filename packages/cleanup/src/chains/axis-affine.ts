import type { ChannelAffine } from '../affine/channel-affine.js';
import type { Channels } from '../affine/layer-side.js';

/**
 * `y = scale * x + offset` with constants that lie along one axis, counted from the end (1 is the last), or that are
 * the same everywhere (`axis` undefined, one element).
 */
export interface AxisAffine extends ChannelAffine {
  readonly axis: number | undefined;
  /** Dimensions of the constants: the result has at least as many. */
  readonly rank: number;
}

/** Relative difference that rounding of a constant to single precision and back explains, with some room. */
const ROUNDING = 2 ** -21;

/** The map `second(first(x))`; undefined when they lie along different axes. */
export function compose(first: AxisAffine, second: AxisAffine): AxisAffine | undefined {
  const wide = first.axis === undefined ? second : first;
  const agree = first.axis === undefined || second.axis === undefined || sameAxis(first, second);
  if (!agree) return undefined;
  const inner = spread(first, wide.scale.length);
  const outer = spread(second, wide.scale.length);
  const scale = inner.scale.map((value, index) => value * (outer.scale[index] ?? 1));
  const offset = inner.offset.map((value, index) => value * (outer.scale[index] ?? 1) + (outer.offset[index] ?? 0));
  return { scale, offset, axis: wide.axis, rank: Math.max(first.rank, second.rank) };
}

/** The constants for each channel of a layer; undefined when they lie along another axis. */
export function perChannel(affine: AxisAffine, { count, axis, rank }: Channels): ChannelAffine | undefined {
  if (affine.rank > (rank ?? 1)) return undefined;
  if (affine.axis === undefined) return spread(affine, count);
  return affine.axis === axis && affine.scale.length === count ? affine : undefined;
}

/** The map that changes nothing. */
export const IDENTITY: AxisAffine = {
  scale: Float64Array.of(1),
  offset: Float64Array.of(0),
  axis: undefined,
  rank: 0,
};

/** The part of a map that only scales; one factor where all are equal. */
export function scaleOf(affine: AxisAffine): AxisAffine {
  const factor = onlyNumber(affine.scale);
  if (factor === undefined) return { ...affine, offset: affine.offset.map(() => 0) };
  return { scale: Float64Array.of(factor), offset: Float64Array.of(0), axis: undefined, rank: affine.rank };
}

/** What is left to add behind the scale. */
export function shiftBehindScale(affine: AxisAffine): AxisAffine {
  return { ...affine, scale: affine.scale.map(() => 1) };
}

/** What is to be added in front of the scale: `scale * (x + offset / scale)`. */
export function shiftBeforeScale({ scale, offset, ...rest }: AxisAffine): AxisAffine {
  return { ...rest, scale: scale.map(() => 1), offset: offset.map((value, index) => value / (scale[index] ?? 1)) };
}

/** The one number that all are equal to; undefined where they differ. */
export function onlyNumber(values: Float64Array): number | undefined {
  const [first] = values;
  return values.every((value) => value === first) ? first : undefined;
}

/** True for factors that differ from 1 by rounding only. */
export function isOne(factor: number): boolean {
  return Math.abs(factor - 1) <= ROUNDING;
}

function sameAxis(first: AxisAffine, second: AxisAffine): boolean {
  return first.axis === second.axis && first.scale.length === second.scale.length;
}

function spread({ scale, offset }: ChannelAffine, count: number): ChannelAffine {
  if (scale.length === count) return { scale, offset };
  return { scale: new Float64Array(count).fill(scale[0] ?? 1), offset: new Float64Array(count).fill(offset[0] ?? 0) };
}
