import { lengthsOf } from './integers.js';
import type { RowTap, RowTaps } from './row-tap.js';

/** A value whose axes are [items, channels, positions], or channels last. */
interface Channelwise {
  readonly value: string;
  readonly channelsLast: boolean;
}

/** Brings all positions into one axis. */
function flattened({ taps }: RowTaps, value: string, axis: number, rank: number): Channelwise {
  if (axis === 1) return { value: taps.reshape(value, [0, 0, -1]), channelsLast: false };
  const others = [...Array(rank).keys()].filter((index) => index !== axis);
  const perm = { ints: [...others, axis] };
  const last = axis === rank - 1 ? value : taps.op('Transpose', [value], { perm });
  const shape = taps.op('Concat', [taps.integers([0, -1]), lengthsOf(taps, value, [axis])], { axis: { int: 0 } });
  return { value: taps.op('Reshape', [last, shape]), channelsLast: true };
}

/**
 * The channels of a value at sampled positions: [items * count, channels].
 *
 * @param axis the channel axis
 * @param rank number of axes, at least 2; with 2, every item has one position
 */
export function channelRows(into: RowTaps, name: string, axis: number, rank: number, positions: number): RowTap {
  const { taps, sampler } = into;
  const { value, channelsLast } = flattened(into, name, axis, rank);
  const along = channelsLast ? 1 : 2;
  const count = rank === 2 ? 1 : positions;
  const { size, indices } = sampler.choose(lengthsOf(taps, value, [along]), count);
  const picked = taps.float(taps.op('Gather', [value, indices], { axis: { int: along } }));
  const rows = channelsLast ? picked : taps.op('Transpose', [picked], { perm: { ints: [0, 2, 1] } });
  return { rows: taps.op('Flatten', [rows], { axis: { int: 2 } }), size, count };
}
