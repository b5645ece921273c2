import type { Range } from '../../activations/activation-scale.js';

/**
 * Moving average of the extremes of each item, which begins with the first: with momentum 0.9, about the last ten items
 * count. Zero stays within.
 *
 * @param momentum part of the past, from 0 (only the last item) to below 1
 */
export function emaRange(items: readonly Range[], momentum: number): Range {
  const [first = { low: 0, high: 0 }, ...rest] = items;
  const { low, high } = rest.reduce(
    (average, item) => ({
      low: momentum * average.low + (1 - momentum) * item.low,
      high: momentum * average.high + (1 - momentum) * item.high,
    }),
    first,
  );
  return { low: Math.min(0, low), high: Math.max(0, high) };
}
