import { EntrySearch } from './entry-search.js';
import { type ChannelLayout, checkLayout } from './layout.js';
import { inRanges, type Pause, paced, RANGE, ranges, type Steps } from './linear-algebra/pacing.js';

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
 * @param pause called every 25 ms
 * @throws RangeError when the layout does not describe the values.
 * @throws whatever `pause` throws
 */
export async function nearestEntries(
  values: Float32Array,
  layout: ChannelLayout,
  parameters: ScaledTables,
  pause: Pause,
): Promise<Uint8Array> {
  checkLayout(values.length, layout);
  return paced(finding(values, layout, parameters), pause);
}

function* finding(values: Float32Array, layout: ChannelLayout, parameters: ScaledTables): Steps<Uint8Array> {
  const search = yield* EntrySearch.in(layout, parameters);
  const indices = new Uint8Array(values.length);
  const find = (from: number, to: number) => search.find(values, from, to, indices.subarray(from, to));
  const changesTables = parameters.tables.length > parameters.size && layout.inner <= RANGE / BAND;
  yield* changesTables ? bands(layout, find) : ranges(values.length, find);
  return indices;
}

/** Channels that are worked on together where each has few numbers in a row, so that their tables stay in the cache. */
const BAND = 256;

/** Work on some channels after the other, each time on the rows of all of them. */
function* bands({ outer, channels, inner }: ChannelLayout, work: (from: number, to: number) => void): Steps<void> {
  const rowsAtOnce = Math.ceil(RANGE / (BAND * inner));
  for (let first = 0; first < channels; first += BAND) {
    const length = Math.min(BAND, channels - first) * inner;
    for (let row = 0; row < outer; row++) {
      const from = (row * channels + first) * inner;
      work(from, from + length);
      if (row % rowsAtOnce === 0) yield;
    }
  }
}

/**
 * What indices stand for, as float32 multiplication gives it.
 *
 * @param pause called every 25 ms
 * @throws RangeError when the layout does not describe the indices.
 * @throws whatever `pause` throws
 */
export async function tableEntries(
  indices: Uint8Array,
  layout: ChannelLayout,
  parameters: ScaledTables,
  pause: Pause,
): Promise<Float32Array> {
  checkLayout(indices.length, layout);
  const values = new Float32Array(indices.length);
  await inRanges(indices.length, (from, to) => lookUp(indices, layout, parameters, { from, to }, values), pause);
  return values;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

function lookUp(
  indices: Uint8Array,
  { inner, channels }: ChannelLayout,
  { tables, size, scales }: ScaledTables,
  { from, to }: Range,
  target: Float32Array,
): void {
  const ownTables = tables.length > size;
  let channel = Math.floor(from / inner) % channels;
  for (let at = from, end = from - (from % inner) + inner; at < to; end += inner) {
    const first = ownTables ? channel * size : 0;
    const scale = scales ? scales[channel] : 1;
    for (const stop = Math.min(end, to); at < stop; at++) target[at] = tables[first + indices[at]] * scale;
    if (++channel === channels) channel = 0;
  }
}

/**
 * The squared error of each channel with the nearest entries.
 *
 * @param pause called every 25 ms
 * @throws RangeError when the layout does not describe the values.
 * @throws whatever `pause` throws
 */
export async function squaredErrors(
  values: Float32Array,
  layout: ChannelLayout,
  parameters: ScaledTables,
  pause: Pause,
): Promise<Float64Array> {
  checkLayout(values.length, layout);
  return paced(addingErrors(values, layout, parameters), pause);
}

function* addingErrors(values: Float32Array, layout: ChannelLayout, parameters: ScaledTables): Steps<Float64Array> {
  const search = yield* EntrySearch.in(layout, parameters);
  const indices = new Uint8Array(Math.min(values.length, RANGE));
  const sums = new Float64Array(layout.channels);
  yield* ranges(values.length, (from, to) => {
    search.find(values, from, to, indices);
    addErrors(values, indices, layout, parameters, { from, to }, sums);
  });
  return sums;
}

/** @param indices those of the range */
function addErrors(
  values: Float32Array,
  indices: Uint8Array,
  { inner, channels }: ChannelLayout,
  { tables, size, scales }: ScaledTables,
  { from, to }: Range,
  sums: Float64Array,
): void {
  const ownTables = tables.length > size;
  let channel = Math.floor(from / inner) % channels;
  for (let at = from, end = from - (from % inner) + inner; at < to; end += inner) {
    const first = ownTables ? channel * size : 0;
    const scale = scales ? scales[channel] : 1;
    let sum = sums[channel];
    for (const stop = Math.min(end, to); at < stop; at++) {
      const error = Math.fround(values[at] - Math.fround(tables[first + indices[at - from]] * scale));
      sum += error * error;
    }
    sums[channel] = sum;
    if (++channel === channels) channel = 0;
  }
}
