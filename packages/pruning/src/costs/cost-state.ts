import type { Counter } from './counter.js';
import type { Footprint } from './footprints.js';
import type { CostFunction, CostName, Term } from './term.js';

interface Entry {
  readonly term: Term;
  readonly cost: CostName;
  amount: number;
}

/**
 * What the model costs while units go and come back. Only the terms that a unit has a part in are computed again, so
 * that a single unit can be tried at once.
 */
export class CostState {
  #totals: Map<CostName, number>;
  #removed = 0;
  readonly #entries = new Map<Counter, Entry[]>();

  constructor(
    private readonly costs: ReadonlyMap<CostName, CostFunction>,
    private readonly footprints: ReadonlyMap<number, Footprint>,
  ) {
    this.#totals = this.#original();
    for (const [cost, { terms }] of costs) {
      for (const term of terms) {
        const entry = { term, cost, amount: term.amount() };
        for (const counter of term.counters) {
          const entries = this.#entries.get(counter) ?? [];
          entries.push(entry);
          this.#entries.set(counter, entries);
        }
      }
    }
  }

  /** The cost at present. */
  total(cost: CostName): number {
    return this.#totals.get(cost) ?? 0;
  }

  remove(units: readonly number[]): void {
    this.#shift(units, -1);
  }

  restore(units: readonly number[]): void {
    this.#shift(units, 1);
  }

  #shift(units: readonly number[], sign: 1 | -1): void {
    this.#removed -= sign * units.length;
    const touched = new Set<Entry>();
    for (const [footprint, count] of this.#counted(units)) {
      for (const [counter, positions] of footprint.positions) {
        counter.kept += sign * count * positions;
        for (const entry of this.#entries.get(counter) ?? []) touched.add(entry);
      }
    }
    for (const entry of touched) {
      const amount = entry.term.amount();
      this.#totals.set(entry.cost, this.total(entry.cost) + amount - entry.amount);
      entry.amount = amount;
    }
    // Sums of parts drift: with all units back, the next cuts start from the same numbers as the first.
    if (this.#removed === 0) this.#totals = this.#original();
  }

  #original(): Map<CostName, number> {
    return new Map(Array.from(this.costs, ([cost, { total }]) => [cost, total]));
  }

  /** Units by what goes with them. */
  #counted(units: readonly number[]): ReadonlyMap<Footprint, number> {
    const counts = new Map<Footprint, number>();
    for (const unit of units) {
      const footprint = this.footprints.get(unit);
      if (footprint !== undefined) counts.set(footprint, (counts.get(footprint) ?? 0) + 1);
    }
    return counts;
  }
}
