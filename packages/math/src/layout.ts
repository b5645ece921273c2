import { axisOutOfRank, layoutMismatch } from './messages.js';

/**
 * How the channels of one axis lie in a row-major tensor: element (o, c, i) is at `(o * channels + c) * inner + i`.
 * A convolution weight [M, C, kH, kW] seen by output channel is `{ outer: 1, channels: M, inner: C * kH * kW }`;
 * a MatMul weight [K, N] seen by column is `{ outer: K, channels: N, inner: 1 }`.
 */
export interface ChannelLayout {
  readonly outer: number;
  readonly channels: number;
  readonly inner: number;
}

/**
 * The layout of `axis` in a tensor of shape `dims`; a negative axis counts from the end.
 *
 * @throws RangeError when the axis is outside the rank.
 * @example channelLayout([64, 3, 7, 7], 0) // { outer: 1, channels: 64, inner: 147 }
 */
export function channelLayout(dims: readonly number[], axis: number): ChannelLayout {
  const index = axis < 0 ? axis + dims.length : axis;
  const channels = dims[index];
  if (channels === undefined) throw axisOutOfRank(axis, dims.length);
  return { outer: product(dims.slice(0, index)), channels, inner: product(dims.slice(index + 1)) };
}

/** The layout of a whole tensor treated as one channel, for per-tensor work on `length` elements. */
export function wholeTensor(length: number): ChannelLayout {
  return { outer: 1, channels: 1, inner: length };
}

/** Throws RangeError unless the layout describes exactly `length` elements. */
export function checkLayout(length: number, layout: ChannelLayout): void {
  const expected = layout.outer * layout.channels * layout.inner;
  if (expected !== length) throw layoutMismatch(length, expected);
}

function product(dims: readonly number[]): number {
  return dims.reduce((total, size) => total * size, 1);
}
