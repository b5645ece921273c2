import { type ChannelLayout, checkLayout } from './layout.js';
import { inRanges, type Pause } from './linear-algebra/pacing.js';
import type { ScaledTables } from './scaled-tables.js';

/** A table that all channels share, with scales. */
export type SharedTable = ScaledTables & { readonly scales: Float32Array };

/** Numbers, and the entries that were chosen for them. */
export interface ChosenEntries {
  readonly values: Float32Array;
  readonly indices: Uint8Array;
  readonly layout: ChannelLayout;
}

/** Sums over numbers: of products with what they are fitted by, and of the squares of that. */
interface Sums {
  readonly products: Float64Array;
  readonly squares: Float64Array;
}

const sumsFor = (count: number): Sums => ({ products: new Float64Array(count), squares: new Float64Array(count) });

/**
 * The scale of each channel with which its numbers lie nearest to the entries that were chosen for them, in least
 * squares; where all of these are zero, or the scale would not be above 0, the one it has.
 *
 * @param pause called every 25 ms
 * @throws RangeError when the layout does not describe the values.
 * @throws whatever `pause` throws
 */
export async function leastSquaresScales(
  chosen: ChosenEntries,
  { tables, scales }: SharedTable,
  pause: Pause,
): Promise<Float32Array> {
  const { values, layout } = chosen;
  checkLayout(values.length, layout);
  const sums = sumsFor(layout.channels);
  await inRanges(values.length, (from, to) => addByChannel(sums, chosen, tables, from, to), pause);
  return scales.map((scale, channel) => {
    const best = Math.fround(sums.products[channel] / sums.squares[channel]);
    return best > 0 && Number.isFinite(best) ? best : scale;
  });
}

function addByChannel(
  { products, squares }: Sums,
  { values, indices, layout: { inner, channels } }: ChosenEntries,
  tables: Float32Array,
  from: number,
  to: number,
): void {
  let channel = Math.floor(from / inner) % channels;
  for (let at = from, end = from - (from % inner) + inner; at < to; end += inner) {
    for (const stop = Math.min(end, to); at < stop; at++) {
      const entry = tables[indices[at]];
      products[channel] += values[at] * entry;
      squares[channel] += entry * entry;
    }
    if (++channel === channels) channel = 0;
  }
}

/**
 * The entries that lie nearest to the numbers they were chosen for, in least squares; an entry that was chosen for none
 * stays.
 *
 * @param pause called every 25 ms
 * @throws RangeError when the layout does not describe the values.
 * @throws whatever `pause` throws
 */
export async function leastSquaresTable(
  chosen: ChosenEntries,
  { tables, scales }: SharedTable,
  pause: Pause,
): Promise<Float32Array> {
  const { values, layout } = chosen;
  checkLayout(values.length, layout);
  const sums = sumsFor(tables.length);
  await inRanges(values.length, (from, to) => addByEntry(sums, chosen, scales, from, to), pause);
  const { products, squares } = sums;
  return tables.map((entry, index) => (squares[index] > 0 ? products[index] / squares[index] : entry));
}

function addByEntry(
  { products, squares }: Sums,
  { values, indices, layout: { inner, channels } }: ChosenEntries,
  scales: Float32Array,
  from: number,
  to: number,
): void {
  let channel = Math.floor(from / inner) % channels;
  for (let at = from, end = from - (from % inner) + inner; at < to; end += inner) {
    const scale = scales[channel];
    for (const stop = Math.min(end, to); at < stop; at++) {
      products[indices[at]] += values[at] * scale;
      squares[indices[at]] += scale * scale;
    }
    if (++channel === channels) channel = 0;
  }
}
