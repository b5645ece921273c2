import type { Engine } from '../axes/engine.js';
import type { Counter } from './counter.js';

/** What goes with one unit: positions by counter. Units that take the same with them share one footprint. */
export class Footprint {
  readonly #next = new Map<Counter, Map<number, Footprint>>();
  readonly positions: ReadonlyMap<Counter, number>;

  constructor(positions: ReadonlyMap<Counter, number> = new Map()) {
    this.positions = positions;
  }

  /** This footprint with so many positions of one more counter. */
  with(counter: Counter, count: number): Footprint {
    const byCount = this.#next.get(counter) ?? new Map<number, Footprint>();
    this.#next.set(counter, byCount);
    const known = byCount.get(count);
    if (known !== undefined) return known;
    const longer = new Footprint(new Map([...this.positions, [counter, count]]));
    byCount.set(count, longer);
    return longer;
  }
}

/**
 * The footprint of every unit.
 *
 * @param factors one counter for each free factor that costs depend on, by its atoms
 */
export function footprintsOf(
  engine: Engine,
  factors: ReadonlyMap<Int32Array, Counter>,
): ReadonlyMap<number, Footprint> {
  const none = new Footprint();
  const footprints = new Map<number, Footprint>();
  for (const [atoms, counter] of factors) {
    const counts = new Map<number, number>();
    for (const atom of atoms) {
      const unit = engine.dependencies.atoms.find(atom);
      counts.set(unit, (counts.get(unit) ?? 0) + 1);
    }
    for (const [unit, count] of counts) {
      footprints.set(unit, (footprints.get(unit) ?? none).with(counter, count));
    }
  }
  return footprints;
}
