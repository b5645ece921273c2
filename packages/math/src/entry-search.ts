import type { ChannelLayout } from './layout.js';
import type { Steps } from './linear-algebra/pacing.js';
import type { ScaledTables } from './scaled-tables.js';

/** Cells of equal width between the first and the last place where one entry of a table gives way to the next. */
const CELLS = 256;

/** Tables that are prepared between two looks at the clock. */
const TABLES = 64;

/** Finds the entries nearest to numbers, with one step from cells of equal width to about the right entry. */
export class EntrySearch {
  /** For each table, where one entry gives way to the next; as many places as entries, the last one not used. */
  readonly #middles: Float64Array;
  readonly #lows: Float64Array;
  readonly #perUnits: Float64Array;
  /** How many middles lie before the cell in front, so that rounding does no harm; one more for all beyond the last. */
  readonly #counts: Uint8Array;

  private constructor(
    private readonly layout: ChannelLayout,
    private readonly parameters: ScaledTables,
  ) {
    const tables = parameters.tables.length / parameters.size;
    this.#middles = new Float64Array(parameters.tables.length);
    this.#lows = new Float64Array(tables);
    this.#perUnits = new Float64Array(tables);
    this.#counts = new Uint8Array(tables * (CELLS + 1));
  }

  static *in(layout: ChannelLayout, parameters: ScaledTables): Steps<EntrySearch> {
    const search = new EntrySearch(layout, parameters);
    for (let table = 0; table < search.#lows.length; table++) {
      search.#prepare(table);
      if (table % TABLES === 0) yield;
    }
    return search;
  }

  #prepare(table: number): void {
    const { tables, size } = this.parameters;
    const first = table * size;
    const middles = this.#middles.subarray(first, first + size - 1);
    for (let at = 0; at < middles.length; at++) middles[at] = (tables[first + at] + tables[first + at + 1]) / 2;
    if (middles.length === 0) return;
    const low = middles[0];
    const perUnit = CELLS / (middles[middles.length - 1] - low);
    this.#lows[table] = low;
    this.#perUnits[table] = perUnit;
    const counts = this.#counts.subarray(table * (CELLS + 1), (table + 1) * (CELLS + 1));
    for (let cell = 1, count = 0; cell <= CELLS; cell++) {
      while (count < middles.length && (middles[count] - low) * perUnit < cell - 1) count++;
      counts[cell] = count;
    }
  }

  /** Writes the entries of `values[from..to)` into a target, from its beginning; of two alike the upper one. */
  find(values: Float32Array, from: number, to: number, target: Uint8Array): void {
    const [middles, lows, perUnits, counts] = [this.#middles, this.#lows, this.#perUnits, this.#counts];
    const { scales, size } = this.parameters;
    const { inner, channels } = this.layout;
    const ownTables = lows.length > 1;
    let channel = Math.floor(from / inner) % channels;
    for (let at = from, end = from - (from % inner) + inner; at < to; end += inner) {
      const table = ownTables ? channel : 0;
      const [first, last, cells] = [table * size, (table + 1) * size - 1, table * (CELLS + 1)];
      const [low, perUnit, scale] = [lows[table], perUnits[table], scales ? scales[channel] : 1];
      for (const stop = Math.min(end, to); at < stop; at++) {
        const value = values[at] / scale;
        const cell = (value - low) * perUnit;
        let place = first + (cell > 0 ? counts[cells + (cell < CELLS ? cell | 0 : CELLS)] : 0);
        while (place < last && middles[place] <= value) place++;
        target[at - from] = place - first;
      }
      if (++channel === channels) channel = 0;
    }
  }
}
