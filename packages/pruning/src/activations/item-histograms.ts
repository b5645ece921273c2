import { ItemSummaries } from '@onnx-compress/core';
import type { ChannelStatistic } from './statistic.js';

/** The smallest and the largest of the means of each channel. */
class Ranges {
  lowest = new Float64Array();
  highest = new Float64Array();

  add(means: Float32Array): void {
    if (this.lowest.length === 0) [this.lowest, this.highest] = [Float64Array.from(means), Float64Array.from(means)];
    for (const [channel, mean] of means.entries()) {
      this.lowest[channel] = Math.min(this.lowest[channel] ?? mean, mean);
      this.highest[channel] = Math.max(this.highest[channel] ?? mean, mean);
    }
  }
}

/** Counts of the means of each channel in equal bins between the smallest and the largest of them. */
class Histograms {
  readonly counts: readonly Uint32Array[];

  constructor(
    private readonly ranges: Ranges,
    private readonly bins: number,
  ) {
    this.counts = Array.from(ranges.lowest, () => new Uint32Array(bins));
  }

  add(means: Float32Array): void {
    for (const [channel, counts] of this.counts.entries()) {
      const bin = this.#binOf(channel, means[channel] ?? Number.NaN);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
  }

  #binOf(channel: number, mean: number): number {
    const lowest = this.ranges.lowest[channel] ?? 0;
    const width = (this.ranges.highest[channel] ?? 0) - lowest;
    return width > 0 ? Math.min(this.bins - 1, Math.max(0, Math.floor(((mean - lowest) / width) * this.bins))) : 0;
  }
}

/**
 * A number for the distribution of each channel over the samples: the mean of each item, as global average pooling
 * gives it, is counted in equal bins between the smallest and the largest mean of its channel. The samples are gone
 * through twice, for the range and for the counts, so that nothing has to be kept of any.
 *
 * @param summarise what to make of the counts of one channel
 */
export function ofItemHistograms(bins: number, summarise: (counts: Uint32Array) => number): ChannelStatistic {
  return {
    passes: 2,
    async measure(values, samples) {
      const ranges = values.map(() => new Ranges());
      await samples.observe(
        values.map((value, index) => new ItemSummaries(value, 'mean', (means) => ranges[index]?.add(means))),
      );
      const histograms = ranges.map((range) => new Histograms(range, bins));
      await samples.observe(
        values.map((value, index) => new ItemSummaries(value, 'mean', (means) => histograms[index]?.add(means))),
      );
      return histograms.map(({ counts }) => Float64Array.from(counts, summarise));
    },
  };
}
