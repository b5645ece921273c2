import { AtomSets } from '../axes/atom-sets.js';
import type { Axis, Factor } from '../axes/axis.js';
import type { Engine, Producer } from '../axes/engine.js';
import type { Group } from './group.js';

/** Gathers producers whose channels share at least one unit. */
function connected(engine: Engine): readonly (readonly Producer[])[] {
  const links = new AtomSets();
  const linkOf = new Map<number, number>();
  const members = engine.producers.map((producer) => {
    const own = links.fresh(1)[0] ?? 0;
    for (const unit of producer.atoms.map((atom) => engine.dependencies.atoms.find(atom))) {
      const other = linkOf.get(unit);
      if (other === undefined) linkOf.set(unit, own);
      else links.union(own, other);
    }
    return { producer, own };
  });
  const groups = new Map<number, Producer[]>();
  for (const { producer, own } of members) {
    const root = links.find(own);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [producer]);
    else group.push(producer);
  }
  return [...groups.values()];
}

/** Channels per unit where every unit has the same number in every producer that it occurs in. */
function channelsPerUnit(engine: Engine, producers: readonly Producer[]): number {
  const counts = new Set<number>();
  for (const { atoms, gates } of producers) {
    const perUnit = new Map<number, number>();
    for (const atom of atoms) {
      const unit = engine.dependencies.atoms.find(atom);
      perUnit.set(unit, (perUnit.get(unit) ?? 0) + 1);
    }
    for (const count of perUnit.values()) counts.add(count / gates);
  }
  const [only] = counts;
  return counts.size === 1 && only !== undefined ? only : 1;
}

function pinnedUnits(engine: Engine, units: readonly number[]): ReadonlyMap<number, string> {
  const pinned = new Map<number, string>();
  for (const unit of units) {
    const reason = engine.dependencies.atoms.pinnedBecause(unit);
    if (reason !== undefined) pinned.set(unit, reason);
  }
  return pinned;
}

function distinctFactors(axes: Iterable<Axis>): Set<Factor> {
  const factors = new Set<Factor>();
  for (const axis of axes) for (const factor of axis) if (factor.atoms !== undefined) factors.add(factor);
  return factors;
}

/** For each group, the sets of its units that fill an axis on their own without being the whole group. */
function findCells(engine: Engine, groupOf: Int32Array, sizes: readonly number[]): Set<number>[][] {
  const cells: Set<number>[][] = sizes.map(() => []);
  const seenIn = new Int32Array(groupOf.length);
  let factor = 0;
  for (const { atoms = new Int32Array() } of distinctFactors(engine.allAxes())) {
    const units = atoms.map((atom) => engine.dependencies.atoms.find(atom));
    const group = groupOf[units[0] ?? -1] ?? -1;
    if (group < 0) continue;
    factor++;
    let count = 0;
    for (const unit of units) {
      if (groupOf[unit] !== group || seenIn[unit] === factor) continue;
      seenIn[unit] = factor;
      count++;
    }
    if (count < (sizes[group] ?? 0)) cells[group]?.push(new Set(units.filter((unit) => groupOf[unit] === group)));
  }
  return cells;
}

/** Every unit of the producers once, in the order of their channels. */
function unitsOf(engine: Engine, producers: readonly Producer[]): readonly number[] {
  const units = new Set<number>();
  for (const { atoms } of producers) for (const atom of atoms) units.add(engine.dependencies.atoms.find(atom));
  return [...units];
}

/** The groups of channels that pruning chooses from, in the order in which the graph computes them. */
export function findGroups(engine: Engine): readonly Group[] {
  const groupOf = new Int32Array(engine.dependencies.atoms.size).fill(-1);
  const bare = connected(engine).map((producers, index) => {
    const units = unitsOf(engine, producers);
    for (const unit of units) groupOf[unit] = index;
    return { units, producers };
  });
  const cells = findCells(
    engine,
    groupOf,
    bare.map(({ units }) => units.length),
  );
  return bare.map(({ units, producers }, index) => ({
    units,
    producers,
    pinned: pinnedUnits(engine, units),
    channelsPerUnit: channelsPerUnit(engine, producers),
    cells: cells[index] ?? [],
  }));
}
