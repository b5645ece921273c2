import { fairCoinAtMost } from './binomial.js';

/**
 * Two-sided p-value of the sign test that the median is 0: the probability of signs at least as one-sided as these,
 * were both equally likely. Zeros are left out; without other values it is 1.
 *
 * @example signTest([1, 2, 3, 4, 5, 6]) // 2 / 64
 */
export function signTest(values: Iterable<number>): number {
  let positive = 0;
  let negative = 0;
  for (const value of values) {
    if (value > 0) positive++;
    if (value < 0) negative++;
  }
  return Math.min(1, 2 * fairCoinAtMost(Math.min(positive, negative), positive + negative));
}
