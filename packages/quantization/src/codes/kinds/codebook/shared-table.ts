import {
  channelStatistics,
  leastSquaresScales,
  leastSquaresTable,
  nearestEntries,
  paced,
  type SharedTable,
  type Steps,
  type WeightedBins,
} from '@onnx-compress/math';
import type { ChannelSample } from './sample-channels.js';
import { bestTable, binsWithin, type TableSearch, withZero } from './table.js';

/** How often scales and table are fitted to each other. */
const ROUNDS = 3;

/**
 * One table for all channels, each divided by a scale. Scales are first the largest value of a channel, with which a
 * table loses no more than uniform steps would, or its root mean square, whichever loses less; then scales and table are
 * fitted to each other in turns, which never loses more.
 *
 * @param sample what everything but the first scales comes from
 */
export async function sharedTable(
  { values, layout }: ChannelSample,
  sample: ChannelSample,
  search: TableSearch,
): Promise<SharedTable> {
  const { peaks, squares } = await channelStatistics(values, layout, search.pause);
  const perChannel = layout.outer * layout.inner;
  const means = Float32Array.from(squares, (sum) => Math.sqrt(sum) / Math.sqrt(perChannel));
  const bound = means.reduce((most, mean, channel) => Math.max(most, mean > 0 ? (peaks[channel] ?? 0) / mean : 0), 1);
  const byPeak = await fitTable(sample, { scales: peaks, bound: 1 }, search);
  const byMean = await fitTable(sample, { scales: means, bound }, search);
  return refined(sample, byMean.error < byPeak.error ? byMean : byPeak, search);
}

interface Scaling {
  /** 0 for a channel of zeros. */
  readonly scales: Float32Array;
  /** No number divided by its scale is larger than this. */
  readonly bound: number;
}

/** The best table for numbers divided by scales; errors count as they are when they are multiplied again. */
async function fitTable(
  sample: ChannelSample,
  { scales, bound }: Scaling,
  search: TableSearch,
): Promise<SharedTable & { readonly error: number }> {
  const bins = binsWithin(bound, search);
  await search.pause();
  await paced(binning(bins, sample, scales), search.pause);
  const { table, error } = await bestTable(bins, search);
  return { tables: table, size: search.size, scales, error };
}

/** Puts the numbers of all channels into bins, each divided by its scale. */
function* binning(
  bins: WeightedBins,
  { values, layout: { inner, channels } }: ChannelSample,
  scales: Float32Array,
): Steps<void> {
  let channel = 0;
  for (let start = 0; start < values.length; start += inner) {
    const scale = scales[channel] ?? 0;
    if (scale > 0) bins.add(values, start, start + inner, scale);
    channel = (channel + 1) % channels;
    yield;
  }
}

async function refined(
  { values, layout }: ChannelSample,
  first: SharedTable,
  { keepsZero, pause }: TableSearch,
): Promise<SharedTable> {
  let { tables, scales } = first;
  const { size } = first;
  for (let round = 0; round < ROUNDS; round++) {
    await pause();
    const byScale = await nearestEntries(values, layout, { tables, size, scales }, pause);
    await pause();
    scales = await leastSquaresScales({ values, indices: byScale, layout }, { tables, size, scales }, pause);
    await pause();
    const byTable = await nearestEntries(values, layout, { tables, size, scales }, pause);
    await pause();
    const fitted = await leastSquaresTable({ values, indices: byTable, layout }, { tables, size, scales }, pause);
    tables = keepsZero ? withZero(fitted) : fitted;
  }
  return { tables, size, scales };
}
