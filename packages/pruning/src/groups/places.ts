import { type Axis, axisSize, type FreeFactor } from '../axes/axis.js';
import type { Engine } from '../axes/engine.js';
import type { Group } from './group.js';

/** Where the unit of an atom is: which group, and its index in it. */
export type Places = (atom: number) => { readonly group: Group; readonly unit: number } | undefined;

export function placesIn(engine: Engine, groups: readonly Group[]): Places {
  const places = new Map(groups.flatMap((group) => group.units.map((atom, unit) => [atom, { group, unit }] as const)));
  return (atom) => places.get(engine.dependencies.atoms.find(atom));
}

/** For each group that has channels among the atoms, one per position, the unit of each of its positions. */
export function unitsAmong(atoms: Int32Array, places: Places): ReadonlyMap<Group, ReadonlyMap<number, number>> {
  const units = new Map<Group, Map<number, number>>();
  atoms.forEach((atom, position) => {
    const place = places(atom);
    if (place === undefined) return;
    const own = units.get(place.group);
    if (own === undefined) units.set(place.group, new Map([[position, place.unit]]));
    else own.set(position, place.unit);
  });
  return units;
}

/** The atom of every position of an axis; none where it has no or several free factors, or lengths that are unknown. */
export function atomsAlong(axis: Axis): Int32Array {
  const size = axisSize(axis);
  const free = axis.filter((factor): factor is FreeFactor => factor.atoms !== undefined);
  const [factor] = free;
  if (size === undefined || factor === undefined || free.length > 1) return new Int32Array();
  const inner = axisSize(axis.slice(axis.indexOf(factor) + 1)) ?? 1;
  return Int32Array.from(
    { length: size },
    (_, index) => factor.atoms[Math.floor(index / inner) % factor.atoms.length] ?? -1,
  );
}
