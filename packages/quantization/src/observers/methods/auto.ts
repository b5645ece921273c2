import type { Range } from '../../activations/activation-scale.js';
import { type Histogram, trimmed } from '../histogram/histogram.js';
import { mseRange } from './mse.js';
import { usualRange } from './strange-items.js';

/** The number halfway between two of one sign, by their ratio. */
const halfway = (one: number, other: number): number => Math.sign(other) * Math.sqrt(one * other);

/**
 * Halfway, by ratio, between the range with the least squared error and all that usual items reach. The least error on
 * the samples clips what they do not show; beyond its minimum the error grows slowly with the width of the range, and
 * fast with what is clipped of items not seen. Items that reach far beyond all others are left out first.
 */
export function autoRange(histogram: Histogram, items: readonly Range[]): Range {
  const usual = usualRange(items);
  const least = mseRange(trimmed(histogram, usual), usual);
  return { low: halfway(least.low, usual.low), high: halfway(least.high, usual.high) };
}
