import type { Range } from '../../activations/activation-scale.js';
import { type Histogram, rangeOfBins } from '../histogram/histogram.js';

/**
 * The least range with so many percent of the values at or below its upper end and as many at or above its lower one,
 * to the width of a bin.
 *
 * @param percentile above 50, at most 100, which is all
 */
export function percentileRange(histogram: Histogram, seen: Range, percentile: number): Range {
  const { counts } = histogram;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const beyond = total * (1 - percentile / 100);
  return rangeOfBins(histogram, firstBeyond(counts, beyond), lastBefore(counts, beyond), seen);
}

/** The first bin with more than `allowed` values at or before it. */
function firstBeyond(counts: Float64Array, allowed: number): number {
  let before = 0;
  return counts.findIndex((count) => {
    before += count;
    return before > allowed;
  });
}

/** The last bin with more than `allowed` values at or behind it. */
function lastBefore(counts: Float64Array, allowed: number): number {
  let behind = 0;
  return counts.findLastIndex((count) => {
    behind += count;
    return behind > allowed;
  });
}
