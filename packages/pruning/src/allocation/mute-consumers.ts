import type { Node, Value } from '@onnx-compress/graph';
import type { Engine } from '../axes/engine.js';
import { type GroupConsumer, groupConsumers } from '../grams/group-consumers.js';
import type { Group } from '../groups/group.js';
import type { GroupMembers } from '../groups/members.js';

/** They see how long an axis is, not what is on it. */
const SEE_LENGTHS_ONLY = new Set(['Shape', 'Size']);

/** Each of their channels depends on all others of the step before. */
const RECURRENT = new Set(['LSTM', 'GRU', 'RNN']);

/** Whether a value has channels of a group along one of its axes. */
function carriesUnits(group: Group, engine: Engine): (value: Value) => boolean {
  const units = new Set(group.units);
  const isUnit = (atom: number) => units.has(engine.dependencies.atoms.find(atom));
  return (value) => (engine.axesOf(value) ?? []).some((axis) => axis.some(({ atoms }) => atoms?.some(isUnit)));
}

function isDepthwise(node: Node): boolean {
  return node.opType === 'Conv' && node.input(1)?.weight?.tensor.dims[1] === 1;
}

/** The nodes behind a node; undefined where something else than nodes of the main graph reads its outputs. */
function readersOf(node: Node): readonly { readonly node: Node; readonly input: number }[] | undefined {
  const uses = node.outputs.flatMap((_, index) => node.output(index)?.uses ?? []);
  const readers = uses.flatMap((use) => {
    return use.kind === 'input' && use.node.graph.kind === 'main' ? [{ node: use.node, input: use.index }] : [];
  });
  return readers.length === uses.length ? readers : undefined;
}

/** True where no channel acts on anything before it comes to one of the layers. */
function meetOnlyIn(layers: ReadonlySet<Node>, group: Group, engine: Engine): boolean {
  const carries = carriesUnits(group, engine);
  const producers = new Set(group.producers.map(({ node }) => node));
  const passesOn = (node: Node) =>
    (isDepthwise(node) || !producers.has(node)) &&
    node.subgraphs().length === 0 &&
    !engine.statistics.has(node) &&
    node.outputs.every((_, index) => {
      const output = node.output(index);
      return output === undefined || carries(output);
    });
  const pending = new Set(producers);
  for (const node of pending) {
    const readers = RECURRENT.has(node.opType) ? undefined : readersOf(node);
    if (readers === undefined) return false;
    for (const reader of readers) {
      if ((reader.input === 0 && layers.has(reader.node)) || SEE_LENGTHS_ONLY.has(reader.node.opType)) continue;
      if (!passesOn(reader.node)) return false;
      pending.add(reader.node);
    }
  }
  return true;
}

/**
 * The linear layers in which all that the channels of a group do ends: where their weights for a channel are 0, the model
 * computes what it does without the channel. Undefined where there are no such layers.
 */
export function muteConsumers(
  group: Group,
  members: GroupMembers,
  engine: Engine,
): readonly GroupConsumer[] | undefined {
  const consumers = groupConsumers(members);
  if (consumers === undefined || consumers.length === 0) return undefined;
  const layers = new Set(consumers.map(({ layer }) => layer.node));
  return meetOnlyIn(layers, group, engine) ? consumers : undefined;
}
