import type { AtomSets } from '../axes/atom-sets.js';
import { type Axis, axisSize } from '../axes/axis.js';
import type { Survivors } from '../axes/rewrites.js';

/** Which positions go once some units were chosen. */
export class Removal implements Survivors {
  readonly #units: ReadonlySet<number>;

  constructor(
    private readonly atoms: AtomSets,
    units: Iterable<number>,
  ) {
    this.#units = new Set(Array.from(units, (unit) => atoms.find(unit)));
  }

  /** Positions of an axis that stay. */
  kept(atoms: Int32Array): readonly number[] {
    return this.#positions(atoms, false);
  }

  /** Positions of an axis that go. */
  removed(atoms: Int32Array): readonly number[] {
    return this.#positions(atoms, true);
  }

  count(axis: Axis): number {
    let count = 1;
    for (const factor of axis)
      count *= factor.atoms ? this.kept(factor.atoms).length : (axisSize([factor]) ?? Number.NaN);
    return count;
  }

  #positions(atoms: Int32Array, gone: boolean): readonly number[] {
    if (this.#units.size === 0) return gone ? [] : [...atoms.keys()];
    const positions: number[] = [];
    atoms.forEach((atom, position) => {
      if (this.#units.has(this.atoms.find(atom)) === gone) positions.push(position);
    });
    return positions;
  }
}
