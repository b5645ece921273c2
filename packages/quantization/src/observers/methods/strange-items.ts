import { quantiles } from '@onnx-compress/math';
import type { Range } from '../../activations/activation-scale.js';

/** Fewer items do not show what is usual. */
const LEAST_ITEMS = 5;

/** How many interquartile distances behind the upper quartile items are strange. */
const FENCE = 2.5;

/** Items of nearly equal extremes are not strange for being a little larger. */
const LEAST_RATIO = 2;

/** Where strange extremes begin. They are compared by ratio: activations of one layer often differ by factors. */
function fence(extremes: readonly number[]): number {
  if (extremes.length < LEAST_ITEMS || extremes.some((extreme) => extreme === 0)) return Number.POSITIVE_INFINITY;
  const logarithms = extremes.map((extreme) => Math.log(extreme));
  const [lower = 0, upper = 0] = quantiles(logarithms, [0.25, 0.75]);
  return Math.exp(upper + Math.max(FENCE * (upper - lower), Math.log(LEAST_RATIO)));
}

/** The largest number that does not lie beyond the fence of all. */
const largestUsual = (extremes: readonly number[]): number => {
  const limit = fence(extremes);
  return extremes.reduce((most, extreme) => (extreme <= limit ? Math.max(most, extreme) : most), 0);
};

/**
 * What items reach, without those that reach far beyond the others: one strange sample, say in another number format,
 * would otherwise stretch the range for all. Each end is looked at by itself; zero is always within.
 *
 * As the fences of J. W. Tukey, Exploratory Data Analysis, 1977, for the logarithms of the extremes.
 */
export function usualRange(items: readonly Range[]): Range {
  return { low: 0 - largestUsual(items.map(({ low }) => -low)), high: largestUsual(items.map(({ high }) => high)) };
}
