import { fairCoinAtMost } from './binomial.js';
import { probabilityOutOfRange } from './messages.js';

/** An interval with the probability with which it covers what is estimated. */
export interface CoveredInterval {
  readonly low: number;
  readonly high: number;
  readonly coverage: number;
}

/**
 * Exact interval for the median of any distribution, from order statistics: the k-th smallest and k-th largest value,
 * k as large as the confidence allows. Each value lies below the median with probability 1/2, so the interval misses
 * with the probability of at most k - 1 heads in n tosses, twice. No assumption is made but that the values are
 * independent. Fewer than 6 values cannot give 95 %: the interval is unbounded then and its coverage 1.
 *
 * Source: W. J. Conover, Practical Nonparametric Statistics, 3rd edition, section 3.2.
 *
 * @throws RangeError for a confidence outside 0..1
 * @example medianInterval([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.95) // { low: 2, high: 9, coverage: 0.978515625 }
 */
export function medianInterval(values: ArrayLike<number>, confidence: number): CoveredInterval {
  if (!(confidence >= 0 && confidence <= 1)) throw probabilityOutOfRange(confidence);
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  let k = 0;
  while (2 * (k + 1) <= n && 1 - 2 * fairCoinAtMost(k, n) >= confidence) k++;
  if (k === 0) return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, coverage: 1 };
  return { low: sorted[k - 1], high: sorted[n - k], coverage: 1 - 2 * fairCoinAtMost(k - 1, n) };
}
