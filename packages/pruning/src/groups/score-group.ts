import { type Context, throwIfAborted } from '@onnx-compress/core';
import type { AtomSets } from '../axes/atom-sets.js';
import type { Producer } from '../axes/engine.js';
import type { Criterion } from '../criteria/criterion.js';
import { scoreNotFinite } from '../messages.js';
import type { Group } from './group.js';

/** One entry per weight axis, also where several nodes share the weight. */
function distinct(producers: readonly Producer[]): readonly Producer[] {
  return producers.filter(
    ({ weight, axis }, index) =>
      producers.findIndex((other) => other.weight === weight && other.axis === axis) === index,
  );
}

/**
 * The score of each unit: the criterion summed over the unit's channels in all weights that compute them. Reads one
 * weight at a time.
 *
 * @returns scores in the order of `group.units`
 * @throws StepError where a score is not a number
 */
export async function scoreGroup(
  group: Group,
  criterion: Criterion,
  atoms: AtomSets,
  signal: Context['signal'],
): Promise<Float64Array> {
  const positions = new Map(group.units.map((unit, index) => [unit, index]));
  const scores = new Float64Array(group.units.length);
  for (const producer of distinct(group.producers)) {
    throwIfAborted(signal);
    const channels = await criterion(producer.weight.tensor, producer.axis);
    for (const [channel, score] of channels.entries()) {
      if (!Number.isFinite(score)) throw scoreNotFinite(producer.node.label, producer.weight.name, channel);
      const position = positions.get(atoms.find(producer.atoms[channel] ?? 0));
      if (position !== undefined) scores[position] = (scores[position] ?? 0) + score;
    }
  }
  return scores;
}
