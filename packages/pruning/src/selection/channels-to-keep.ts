import type { StructuredOptions } from '../criteria/options.js';

/** How counts of channels are rounded, and how many stay in any case. */
export type Rounding = Pick<StructuredOptions, 'round' | 'minKeep'>;

/** A layer as far as counting goes. */
export interface Layer {
  readonly units: number;
  /** Channels that go with each unit. */
  readonly channelsPerUnit: number;
}

/** The block that a layer's channel count is rounded to: the steps in which onnxruntime's kernels get faster. */
export function blockOf(channels: number, round: StructuredOptions['round']): number {
  if (round !== 'auto') return round;
  if (channels >= 64) return 16;
  if (channels >= 32) return 8;
  return channels >= 16 ? 4 : 1;
}

function greatestCommonDivisor(first: number, second: number): number {
  return second === 0 ? first : greatestCommonDivisor(second, first % second);
}

/** Takes the noise of decimal fractions out of a product. */
function clean(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}

/**
 * The block of a layer in units; the block of `round` counts channels.
 *
 * @param finest most channels of a block; smaller than that of `round` where it must be finer
 */
export function unitBlock({ units, channelsPerUnit }: Layer, round: Rounding['round'], finest?: number): number {
  const own = blockOf(units * channelsPerUnit, round);
  const channels = Math.min(own, finest ?? own);
  return channels / greatestCommonDivisor(channels, channelsPerUnit);
}

/** Fewest units of a layer that may stay: a whole number of blocks, at least one and at least `minKeep` of the layer. */
export function leastUnits({ units }: Layer, block: number, minKeep: number): number {
  return Math.max(block, Math.ceil(clean((units * minKeep) / block)) * block);
}

/**
 * How many units of a layer stay: the ratio's share rounded to the nearest block (half a block keeps more), at least
 * one block and at least `minKeep` of the layer, at most all.
 *
 * @param units units of the layer
 * @param channelsPerUnit channels that go with each unit; the block counts channels
 * @example unitsToKeep(64, 1, { ratio: 0.4, round: 'auto', minKeep: 0.2 }) // 32, since 38.4 is nearer to 32 than to 48
 */
export function unitsToKeep(
  units: number,
  channelsPerUnit: number,
  { ratio, round, minKeep }: Rounding & { readonly ratio: number },
): number {
  const layer = { units, channelsPerUnit };
  const block = unitBlock(layer, round);
  const nearest = Math.floor(clean(clean(units * (1 - ratio)) / block + 0.5)) * block;
  return Math.min(units, Math.max(nearest, leastUnits(layer, block, minKeep)));
}
