import type { Range } from '../../activations/activation-scale.js';

/** Extremes of a class in each item, zero included. */
export class ItemExtremes {
  readonly #byItem = new Map<number, Range>();

  /** In the order of the items. */
  get items(): readonly Range[] {
    return [...this.#byItem.values()];
  }

  /** Widens an item by the extremes of one of its values. */
  widen(item: number, { low, high }: Range): void {
    const known = this.#byItem.get(item) ?? { low: 0, high: 0 };
    this.#byItem.set(item, { low: Math.min(known.low, low), high: Math.max(known.high, high) });
  }
}
