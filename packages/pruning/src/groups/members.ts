import type { Node, Weight } from '@onnx-compress/graph';
import type { Engine, TrackedWeight } from '../axes/engine.js';
import { alongSameAxes } from './along-same-axes.js';
import { type Group, labelsOf } from './group.js';
import { activationsOf, type LayerInput, layerInput, type Observation } from './observations.js';
import { type Places, placesIn, unitsAmong } from './places.js';
import { restored } from './restored-weight.js';

/** A weight axis along which channels of a group lie. */
export interface Member {
  /** The node that reads the weight. */
  readonly node: Node;
  readonly weight: Weight;
  readonly axis: number;
  /** For each position of the axis that is a channel of this group, the index of its unit. */
  readonly unitOf: ReadonlyMap<number, number>;
}

/** A weight axis along which channels are computed. */
export interface Computing extends Member {
  /** What the nodes that compute channels with the weight multiply it by, as far as it can be observed. */
  readonly inputs: readonly LayerInput[];
}

/** A weight axis that does not compute the channels but has one position for each. */
export interface Companion extends Member {
  /** The input through which the node reads the weight. */
  readonly input: number;
}

/** A weight that a layer multiplies the channels by. */
export interface Consumer extends Member, LayerInput {
  /** For each channel of the observed value that is one of the group, the index of its unit. */
  readonly unitOfInput: ReadonlyMap<number, number>;
}

/** A group as criteria see it: how many units there are, and where each has its part in weights and activations. */
export interface GroupMembers {
  /** Label of the first node that computes the channels; no other group has it. */
  readonly label: string;
  /** Number of units, each of which gets one score. */
  readonly units: number;
  /** The weights that compute the channels, each once, also where several nodes share it. */
  readonly producers: readonly Computing[];
  /** Once for each reader: biases, parameters of normalizations, and the input channels of the layers behind. */
  readonly companions: readonly Companion[];
  /** The channels behind the activation functions of the layers that compute them. */
  readonly activations: readonly Observation[];
  /** The layers behind that multiply the channels by weights, and whose input can be observed. */
  readonly consumers: readonly Consumer[];
}

function readersOf(weight: Weight): readonly { readonly node: Node; readonly input: number }[] {
  const pending = [weight.value];
  const readers: { readonly node: Node; readonly input: number }[] = [];
  for (const value of pending) {
    for (const use of value.uses) {
      if (use.kind !== 'input') continue;
      const output = restored(use.node, use.index);
      if (output === undefined) readers.push({ node: use.node, input: use.index });
      else pending.push(output);
    }
  }
  return readers;
}

function producersOf(engine: Engine, group: Group, places: Places): readonly Computing[] {
  return alongSameAxes(group.producers).map((alike) => {
    const [{ node, weight, axis, atoms }] = alike;
    const nodes = new Set(alike.map((producer) => producer.node));
    const readers = readersOf(weight).filter((reader) => nodes.has(reader.node));
    const inputs = readers.flatMap((reader) => layerInput(engine, reader.node, reader.input) ?? []);
    return { node, weight, axis, unitOf: unitsAmong(atoms, places).get(group) ?? new Map(), inputs };
  });
}

/** For each weight, the axes along which channels are computed. */
function producingAxes({ producers }: Engine): ReadonlyMap<Weight, ReadonlySet<number>> {
  const axes = new Map<Weight, Set<number>>();
  for (const { weight, axis } of producers) axes.set(weight, (axes.get(weight) ?? new Set()).add(axis));
  return axes;
}

function* companionsOf(
  { weight, reader, axes }: TrackedWeight,
  producing: ReadonlySet<number> | undefined,
  places: Places,
): Iterable<[Group, Companion]> {
  const readers = reader === undefined ? readersOf(weight) : [reader];
  for (const [axis, [factor]] of axes.entries()) {
    if (producing?.has(axis) || factor?.atoms === undefined) continue;
    for (const [group, unitOf] of unitsAmong(factor.atoms, places)) {
      for (const { node, input } of readers) yield [group, { node, input, weight, axis, unitOf }];
    }
  }
}

/** With groups, each position of the weight's axis is one channel of every group. */
function unitsOfInput(unitOf: ReadonlyMap<number, number>, size: number, groups: number): ReadonlyMap<number, number> {
  const blocks = [...Array(groups).keys()];
  return new Map(
    blocks.flatMap((block) => Array.from(unitOf, ([position, unit]) => [block * size + position, unit] as const)),
  );
}

function consumersAmong(engine: Engine, companions: readonly Companion[]): readonly Consumer[] {
  return companions.flatMap(({ node, input, weight, axis, unitOf }) => {
    const fed = layerInput(engine, node, input);
    const { dims } = weight.tensor;
    if (fed === undefined || (fed.layer.weightAxis + dims.length) % dims.length !== axis) return [];
    const unitOfInput = unitsOfInput(unitOf, dims[axis] ?? 0, fed.layer.groups);
    return [{ node, weight, axis, unitOf, ...fed, unitOfInput }];
  });
}

/** Computes a list when it is first asked for: most criteria need only one of them. */
function once<T>(compute: () => readonly T[]): () => readonly T[] {
  let list: readonly T[] | undefined;
  return () => {
    list ??= compute();
    return list;
  };
}

/** The members of each group. */
export function findMembers(engine: Engine, groups: readonly Group[]): ReadonlyMap<Group, GroupMembers> {
  const places = placesIn(engine, groups);
  const companions = new Map<Group, Companion[]>(groups.map((group) => [group, []]));
  const producing = producingAxes(engine);
  for (const tracked of engine.weights) {
    const found = companionsOf(tracked, producing.get(tracked.weight), places);
    for (const [group, companion] of found) companions.get(group)?.push(companion);
  }
  return new Map(
    groups.map((group) => {
      const own = companions.get(group) ?? [];
      const consumers = once(() => consumersAmong(engine, own));
      const activations = once(() => activationsOf(engine, group, places));
      const members: GroupMembers = {
        label: labelsOf(group)[0] ?? '',
        units: group.units.length,
        producers: producersOf(engine, group, places),
        companions: own,
        get activations() {
          return activations();
        },
        get consumers() {
          return consumers();
        },
      };
      return [group, members];
    }),
  );
}
