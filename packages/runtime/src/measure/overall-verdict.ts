import { present } from '@onnx-compress/graph';
import { holm, signTest } from '@onnx-compress/math';
import type { RatioEstimate, Verdict } from './contract.js';
import { ALLOWED_ERROR } from './estimate.js';

/**
 * One verdict over several estimates, such as those of several input sizes. The more of them there are, the likelier
 * chance makes one look better or worse: each must pass the sign test corrected by Holm's method to count. `better` and
 * `worse` need one that says so and none that says the contrary, `equivalent` needs all.
 *
 * @example overallVerdict(cases.map(({ cpu }) => cpu)); // 'better'
 */
export function overallVerdict(estimates: readonly RatioEstimate[]): Verdict {
  const pValues = holm(estimates.map(({ ratios }) => signTest(ratios.map(Math.log))));
  const verdicts = estimates.map(({ verdict }, index) => {
    const counts = verdict === 'equivalent' || present(pValues[index], 'p-value') <= ALLOWED_ERROR;
    return counts ? verdict : 'inconclusive';
  });
  const better = verdicts.includes('better');
  const worse = verdicts.includes('worse');
  if (better !== worse) return better ? 'better' : 'worse';
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'equivalent') ? 'equivalent' : 'inconclusive';
}
