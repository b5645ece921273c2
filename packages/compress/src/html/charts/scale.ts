import type { Axis } from '@onnx-compress/core';
import { decades, niceStep, niceTicks } from './ticks.js';

/** Where values lie on an axis. */
export interface Scale {
  readonly ticks: readonly number[];
  /** Part of the axis from its low end: 0 to 1 for values between its ends. */
  readonly position: (value: number) => number;
  /** False for what the axis cannot show: infinities, and on a logarithmic axis values that are not above 0. */
  readonly shows: (value: number) => boolean;
}

function extent(values: readonly number[]): readonly [low: number, high: number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : undefined;
}

/** Room for a single value: a tenth of it on both sides. */
function widened(low: number, high: number): readonly [number, number] {
  if (low < high) return [low, high];
  const room = low === 0 ? 1 : Math.abs(low) / 10;
  return [low - room, high + room];
}

function linearScale(values: readonly number[], count: number): Scale {
  const [least, most] = widened(...(extent(values.filter(Number.isFinite)) ?? [0, 1]));
  const step = niceStep(most - least, count);
  const low = Math.floor(least / step) * step;
  const high = Math.ceil(most / step) * step;
  const position = (value: number) => (value - low) / (high - low);
  return { ticks: niceTicks(low, high, step), position, shows: Number.isFinite };
}

function logarithmicScale(values: readonly number[], count: number): Scale {
  const shows = (value: number) => Number.isFinite(value) && value > 0;
  const [least, most] = extent(values.filter(shows)) ?? [1, 10];
  const low = Math.log10(least === most ? least / 2 : least);
  const high = Math.log10(least === most ? most * 2 : most);
  const position = (value: number) => (Math.log10(value) - low) / (high - low);
  return { ticks: decades(10 ** low, 10 ** high, count), position, shows };
}

/**
 * The scale of an axis over all of these values, its ends on round numbers where it is linear.
 *
 * @param count about how many ticks are wanted
 */
export function scaleOf({ scale }: Pick<Axis, 'scale'>, values: readonly number[], count: number): Scale {
  return scale === 'logarithmic' ? logarithmicScale(values, count) : linearScale(values, count);
}
