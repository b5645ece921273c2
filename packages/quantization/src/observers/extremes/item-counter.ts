import type { Calibration, Feeds } from '@onnx-compress/core';

/** How many items a sample holds: the first length that all its inputs agree on, else 1. */
function itemsOf(feeds: Feeds): number {
  const lengths = new Set([...feeds.values()].map(({ dims }) => dims[0] ?? 1));
  const [items = 1] = lengths;
  return lengths.size === 1 ? items : 1;
}

/** Counts the items of samples as they are handed out, so that results do not depend on the batch size. */
export class ItemCounter {
  #first = 0;
  #items = 0;

  /** Items before the sample that runs. */
  get first(): number {
    return this.#first;
  }

  /** Items of the sample that runs. */
  get items(): number {
    return this.#items;
  }

  /** The same samples, counted when they are handed out. */
  count(calibration: Calibration): Calibration {
    const seen = (feeds: Feeds): Feeds => {
      this.#first += this.#items;
      this.#items = itemsOf(feeds);
      return feeds;
    };
    return {
      count: calibration.count,
      async *samples() {
        for await (const feeds of calibration.samples()) yield seen(feeds);
      },
    };
  }
}
