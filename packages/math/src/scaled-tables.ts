import { type ChannelLayout, checkLayout } from './layout.js';

/** Numbers that are entries of tables, times scales: `table[index] * scale`. */
export interface ScaledTables {
  /** One table for all channels, or one after the other for each. */
  readonly tables: Float32Array;
  /** Entries of one table, which rise. */
  readonly size: number;
  /** One for each channel, 0 for a channel of zeros; undefined where all are 1. */
  readonly scales: Float32Array | undefined;
}

/**
 * The entry nearest to each number in the table of its channel, of two alike the upper one.
 *
 * @throws RangeError when the layout does not describe the values.
 */
export function nearestEntries(values: Float32Array, layout: ChannelLayout, parameters: ScaledTables): Uint8Array {
  checkLayout(values.length, layout);
  const { tables, size, scales } = parameters;
  const { inner, channels } = layout;
  const ownTables = tables.length > size;
  const steps = (channel: number) => stepsOf(tables.subarray(channel * size, (channel + 1) * size));
  const stepsPerChannel = ownTables ? Array.from({ length: channels }, (_, channel) => steps(channel)) : [steps(0)];
  const indices = new Uint8Array(values.length);
  for (let start = 0, channel = 0; start < values.length; start += inner) {
    const { middles, low, perUnit, counts } = stepsPerChannel[ownTables ? channel : 0];
    const scale = scales ? scales[channel] : 1;
    for (let at = start; at < start + inner; at++) {
      const value = values[at] / scale;
      const cell = (value - low) * perUnit;
      let index = cell > 0 ? counts[cell < CELLS ? cell | 0 : CELLS] : 0;
      while (middles[index] <= value) index++;
      indices[at] = index;
    }
    if (++channel === channels) channel = 0;
  }
  return indices;
}

/** Where one entry gives way to the next, and cells of equal width that tell how many of these lie before. */
interface Steps {
  readonly middles: Float64Array;
  readonly low: number;
  readonly perUnit: number;
  /** How many middles lie before the cell in front, so that rounding does no harm; one more for all beyond the last. */
  readonly counts: Uint8Array;
}

const CELLS = 256;

function stepsOf(table: Float32Array): Steps {
  const middles = Float64Array.from({ length: table.length - 1 }, (_, at) => (table[at] + table[at + 1]) / 2);
  const low = middles.length > 0 ? middles[0] : 0;
  const perUnit = middles.length > 0 ? CELLS / (middles[middles.length - 1] - low) : 0;
  const counts = new Uint8Array(CELLS + 1);
  for (let cell = 1, count = 0; cell <= CELLS; cell++) {
    while ((middles[count] - low) * perUnit < cell - 1) count++;
    counts[cell] = count;
  }
  return { middles, low, perUnit, counts };
}

/** What indices stand for, as float32 multiplication gives it. */
export function tableEntries(indices: Uint8Array, layout: ChannelLayout, parameters: ScaledTables): Float32Array {
  checkLayout(indices.length, layout);
  const { tables, size, scales } = parameters;
  const { inner, channels } = layout;
  const values = new Float32Array(indices.length);
  const ownTables = tables.length > size;
  for (let start = 0, channel = 0; start < indices.length; start += inner) {
    const scale = scales ? scales[channel] : 1;
    const first = ownTables ? channel * size : 0;
    for (let at = start; at < start + inner; at++) values[at] = tables[first + indices[at]] * scale;
    if (++channel === channels) channel = 0;
  }
  return values;
}
