import { median, medianInterval } from '@onnx-compress/math';
import type { RatioEstimate, Verdict } from './contract.js';

/** Probability with which chance alone may make a difference. */
const ALLOWED_ERROR = 0.05;

/** The typical ratio before / after of several runs, its exact interval, and what they say. */
export function estimateRatio(ratios: readonly number[], margin: number): RatioEstimate {
  const { low, high, coverage } = medianInterval(ratios.map(Math.log), 1 - ALLOWED_ERROR);
  const interval = { ratio: Math.exp(median(ratios.map(Math.log))), low: Math.exp(low), high: Math.exp(high) };
  return { ...interval, coverage, verdict: verdictOf(interval, margin), ratios };
}

/**
 * `better` or `worse` where the interval excludes 1 and the effect is above the margin, `equivalent` where the interval
 * lies inside the margin, else `inconclusive`. The margin is symmetric for ratios: 1 / (1 + margin) to 1 + margin.
 */
export function verdictOf(
  { ratio, low, high }: Pick<RatioEstimate, 'ratio' | 'low' | 'high'>,
  margin: number,
): Verdict {
  const most = 1 + margin;
  if (low > 1 && ratio > most) return 'better';
  if (high < 1 && ratio < 1 / most) return 'worse';
  if (low >= 1 / most && high <= most) return 'equivalent';
  return 'inconclusive';
}
