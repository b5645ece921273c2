import type { Range } from '../../activations/activation-scale.js';

/** How many bins there are. Far more than levels, also where one strange value takes most of the range. */
export const BINS = 8192;

/** Two bins less than there are: rounding may push the extremes one bin further. */
const SPANNED = BINS - 2;

/** Below this, bins per unit are no float32 any more; such values are zeros for all purposes. */
const SMALLEST_SPAN = 2 ** -100;

/** Equal bins over a range: bin `k` holds the numbers nearest to `(k - zero) * width`, so zero has a bin of its own. */
export interface BinGrid {
  readonly width: number;
  /** The bin of zero. */
  readonly zero: number;
}

/** How often numbers fell into each bin. */
export interface Histogram extends BinGrid {
  readonly counts: Float64Array;
}

/** Bins over a range; undefined where it is too small to be divided. */
export function binGrid({ low, high }: Range): BinGrid | undefined {
  const span = high - low;
  if (!(span >= SMALLEST_SPAN)) return undefined;
  const width = span / SPANNED;
  return { width, zero: Math.ceil(-low / width) };
}

/** The part of an observed range between two bins, both included; the outermost bins stand for the extremes. */
export function rangeOfBins({ width, zero, counts }: Histogram, first: number, last: number, seen: Range): Range {
  const { first: lowest, last: highest } = filledBins(counts);
  return {
    low: first <= lowest ? seen.low : Math.min(0, Math.max(seen.low, (first - zero) * width)),
    high: last >= highest ? seen.high : Math.max(0, Math.min(seen.high, (last - zero) * width)),
  };
}

/** The outermost bins that are not empty; the bin of nothing is 0. */
export function filledBins(counts: Float64Array): { readonly first: number; readonly last: number } {
  const first = counts.findIndex((count) => count > 0);
  return {
    first: Math.max(0, first),
    last: Math.max(
      0,
      counts.findLastIndex((count) => count > 0),
    ),
  };
}

/** What lies in a range; the rest is dropped. */
export function trimmed({ counts, width, zero }: Histogram, { low, high }: Range): Histogram {
  const [first, last] = [Math.floor(low / width) + zero, Math.ceil(high / width) + zero];
  return { width, zero, counts: counts.map((count, bin) => (bin < first || bin > last ? 0 : count)) };
}
