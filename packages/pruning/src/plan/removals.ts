import type { Removal } from '@onnx-compress/core';
import type { Engine, Producer } from '../axes/engine.js';
import type { Decision } from '../selection/decision.js';

/** Positions of a producer's axis whose unit goes. */
function positions(engine: Engine, { atoms }: Producer, gone: ReadonlySet<number>): readonly number[] {
  return [...atoms.keys()].filter((position) => gone.has(engine.dependencies.atoms.find(atoms[position] ?? -1)));
}

/** What goes of one group, told by as few of its layers as it takes, the first ones of them. */
function removalsOfGroup(engine: Engine, { group, units }: Decision): readonly Removal[] {
  const left = new Set(units.map((unit) => engine.dependencies.atoms.find(unit)));
  return group.producers.flatMap((producer) => {
    const channels = positions(engine, producer, left);
    if (channels.length === 0) return [];
    for (const channel of channels) left.delete(engine.dependencies.atoms.find(producer.atoms[channel] ?? -1));
    const { node, weight, axis, atoms } = producer;
    return [{ node: node.label, tensor: weight.name, axis, size: atoms.length, channels }];
  });
}

/** What the decisions remove, in terms of the model before surgery. */
export function removalsOf(engine: Engine, decisions: readonly Decision[]): readonly Removal[] {
  return decisions.flatMap((decision) => removalsOfGroup(engine, decision));
}
