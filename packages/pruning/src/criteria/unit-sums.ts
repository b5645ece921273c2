import type { Node } from '@onnx-compress/graph';
import { activationNotFinite } from '../messages.js';

/** Scores of the channels of one value, and the unit that each belongs to. */
export interface ChannelPart {
  readonly node: Node;
  /** Name of the value. */
  readonly name: string;
  readonly scores: Float64Array;
  readonly unitOf: ReadonlyMap<number, number>;
}

/** True where every unit has a channel in at least one of the values. */
export function coverUnits(units: number, maps: readonly ReadonlyMap<number, number>[]): boolean {
  return new Set(maps.flatMap((unitOf) => [...unitOf.values()])).size === units;
}

/**
 * The score of each unit: that of its channels, summed over all values.
 *
 * @throws StepError where a score is not a finite number, naming node, value and channel
 */
export function unitSums(units: number, parts: readonly ChannelPart[]): Float64Array {
  const perUnit = new Float64Array(units);
  for (const { node, name, scores, unitOf } of parts) {
    for (const [channel, unit] of unitOf) {
      const score = scores[channel] ?? Number.NaN;
      if (!Number.isFinite(score)) throw activationNotFinite(node.label, name, channel);
      perUnit[unit] = (perUnit[unit] ?? 0) + score;
    }
  }
  return perUnit;
}
