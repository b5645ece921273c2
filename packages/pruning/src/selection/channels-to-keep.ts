import type { StructuredOptions } from '../criteria/options.js';

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
  { ratio, round, minKeep }: StructuredOptions,
): number {
  const channelBlock = blockOf(units * channelsPerUnit, round);
  const block = channelBlock / greatestCommonDivisor(channelBlock, channelsPerUnit);
  const wanted = clean(units * (1 - ratio));
  const nearest = Math.floor(clean(wanted / block + 0.5)) * block;
  const least = Math.ceil(clean((units * minKeep) / block)) * block;
  return Math.min(units, Math.max(nearest, least, block));
}
