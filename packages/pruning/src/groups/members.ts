import type { Node, Weight } from '@onnx-compress/graph';
import type { Engine, TrackedWeight } from '../axes/engine.js';
import { type Group, labelsOf } from './group.js';

/** A weight axis along which channels of a group lie. */
export interface Member {
  /** The node that reads the weight. */
  readonly node: Node;
  readonly weight: Weight;
  readonly axis: number;
  /** For each position of the axis that is a channel of this group, the index of its unit. */
  readonly unitOf: ReadonlyMap<number, number>;
}

/** A weight axis that does not compute the channels but has one position for each. */
export interface Companion extends Member {
  /** The input through which the node reads the weight. */
  readonly input: number;
}

/** A group as criteria see it: how many units there are, and the weights in which each has its part. */
export interface GroupMembers {
  /** Label of the first node that computes the channels; no other group has it. */
  readonly label: string;
  /** Number of units, each of which gets one score. */
  readonly units: number;
  /** The weights that compute the channels, each once, also where several nodes share it. */
  readonly producers: readonly Member[];
  /** Once for each reader: biases, parameters of normalizations, and the input channels of the layers behind. */
  readonly companions: readonly Companion[];
}

/** Operators that hand on a weight with its axes as they are. */
const TRANSPARENT = new Set(['Identity', 'Cast', 'DequantizeLinear']);

function readersOf(weight: Weight): readonly { readonly node: Node; readonly input: number }[] {
  const pending = [weight.value];
  const readers: { readonly node: Node; readonly input: number }[] = [];
  for (const value of pending) {
    for (const use of value.uses) {
      if (use.kind !== 'input') continue;
      const output = use.index === 0 && TRANSPARENT.has(use.node.opType) ? use.node.output(0) : undefined;
      if (output === undefined) readers.push({ node: use.node, input: use.index });
      else pending.push(output);
    }
  }
  return readers;
}

/** Where the unit of an atom is: which group, and its index in it. */
type Places = (atom: number) => { readonly group: Group; readonly unit: number } | undefined;

function placesIn(engine: Engine, groups: readonly Group[]): Places {
  const places = new Map(groups.flatMap((group) => group.units.map((atom, unit) => [atom, { group, unit }] as const)));
  return (atom) => places.get(engine.dependencies.atoms.find(atom));
}

/** For each group that has channels on the axis, the unit of each of its positions. */
function unitsOnAxis(atoms: Int32Array, places: Places): ReadonlyMap<Group, ReadonlyMap<number, number>> {
  const units = new Map<Group, Map<number, number>>();
  for (const [position, atom] of atoms.entries()) {
    const place = places(atom);
    if (place === undefined) continue;
    const own = units.get(place.group) ?? new Map<number, number>();
    units.set(place.group, own.set(position, place.unit));
  }
  return units;
}

function producersOf(group: Group, places: Places): readonly Member[] {
  const distinct = group.producers.filter(
    ({ weight, axis }, index) =>
      group.producers.findIndex((other) => other.weight === weight && other.axis === axis) === index,
  );
  return distinct.map(({ node, weight, axis, atoms }) => {
    const unitOf = unitsOnAxis(atoms, places).get(group) ?? new Map<number, number>();
    return { node, weight, axis, unitOf };
  });
}

function* companionsOf(tracked: TrackedWeight, engine: Engine, places: Places): Iterable<[Group, Companion]> {
  const { weight, reader } = tracked;
  const readers = reader === undefined ? readersOf(weight) : [reader];
  for (const [axis, [factor]] of tracked.axes.entries()) {
    const produces = engine.producers.some((producer) => producer.weight === weight && producer.axis === axis);
    if (produces || factor?.atoms === undefined) continue;
    for (const [group, unitOf] of unitsOnAxis(factor.atoms, places)) {
      for (const { node, input } of readers) yield [group, { node, input, weight, axis, unitOf }];
    }
  }
}

/** The members of each group. */
export function findMembers(engine: Engine, groups: readonly Group[]): ReadonlyMap<Group, GroupMembers> {
  const places = placesIn(engine, groups);
  const companions = new Map<Group, Companion[]>(groups.map((group) => [group, []]));
  for (const tracked of engine.weights) {
    for (const [group, companion] of companionsOf(tracked, engine, places)) companions.get(group)?.push(companion);
  }
  return new Map(
    groups.map((group) => [
      group,
      {
        label: labelsOf(group)[0] ?? '',
        units: group.units.length,
        producers: producersOf(group, places),
        companions: companions.get(group) ?? [],
      },
    ]),
  );
}
