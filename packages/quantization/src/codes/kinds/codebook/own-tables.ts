import { channelStatistics, type ScaledTables } from '@onnx-compress/math';
import type { ChannelSample } from './sample-channels.js';
import { bestTable, binsWithin, type TableSearch } from './table.js';

/**
 * A table for each channel.
 *
 * @param sample what everything but the range comes from
 */
export async function ownTables(
  all: ChannelSample,
  { values, layout: { outer, channels, inner } }: ChannelSample,
  search: TableSearch,
): Promise<ScaledTables> {
  const { size } = search;
  const tables = new Float32Array(channels * size);
  const { peaks } = await channelStatistics(all.values, all.layout, search.pause);
  for (const [channel, bound] of peaks.entries()) {
    if (bound === 0) continue;
    const bins = binsWithin(bound, search);
    for (let part = 0; part < outer; part++) {
      const from = (part * channels + channel) * inner;
      bins.add(values, from, from + inner, 1);
    }
    await search.pause();
    const { table } = await bestTable(bins, search);
    tables.set(table, channel * size);
  }
  return { tables, size, scales: undefined };
}
