import type { AtomSets } from '../axes/atom-sets.js';
import { type Axis, axisSize } from '../axes/axis.js';
import type { Survivors } from '../axes/rewrites.js';

/** The positions of an axis that stay, and those that go. */
interface Divided {
  readonly kept: readonly number[];
  readonly removed: readonly number[];
}

/** Which positions go once some units were chosen. */
export class Removal implements Survivors {
  readonly #units: ReadonlySet<number>;
  readonly #divided = new Map<Int32Array, Divided>();

  constructor(
    private readonly atoms: AtomSets,
    units: Iterable<number>,
  ) {
    this.#units = new Set(Array.from(units, (unit) => atoms.find(unit)));
  }

  /** Positions of an axis that stay. */
  kept(atoms: Int32Array): readonly number[] {
    return this.#divide(atoms).kept;
  }

  /** Positions of an axis that go. */
  removed(atoms: Int32Array): readonly number[] {
    return this.#divide(atoms).removed;
  }

  count(axis: Axis): number {
    let count = 1;
    for (const factor of axis)
      count *= factor.atoms ? this.kept(factor.atoms).length : (axisSize([factor]) ?? Number.NaN);
    return count;
  }

  #divide(atoms: Int32Array): Divided {
    const known = this.#divided.get(atoms);
    if (known !== undefined) return known;
    const kept: number[] = [];
    const removed: number[] = [];
    atoms.forEach((atom, position) => {
      if (this.#units.has(this.atoms.find(atom))) removed.push(position);
      else kept.push(position);
    });
    this.#divided.set(atoms, { kept, removed });
    return { kept, removed };
  }
}
