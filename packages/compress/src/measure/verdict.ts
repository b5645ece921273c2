import { holm, signTest } from '@onnx-compress/math';
import type { RatioEstimate, Verdict } from '@onnx-compress/runtime';

/** Largest probability of any false better or worse, over all input sizes together. */
const SIGNIFICANCE = 0.05;

/** What was found at one input size. */
type Finding = Pick<RatioEstimate, 'ratio' | 'ratios' | 'verdict'>;

/**
 * Fewest runs after which so many input sizes can be told apart at all: ratios that all point one way are significant
 * then even after the correction. 6 for one size, 7 for two, 10 for up to 25.
 */
export function leastRuns(sizes: number): number {
  return Math.ceil(1 + Math.log2(sizes / SIGNIFICANCE));
}

const claims = (verdict: Verdict) => verdict === 'better' || verdict === 'worse';

/**
 * Verdicts of several input sizes, corrected for their number by Holm's method on the sign test: a better or worse
 * that is not significant any more becomes inconclusive. One size stays as it is.
 */
export function correctedVerdicts(findings: readonly Finding[]): readonly Verdict[] {
  const adjusted = holm(findings.map(({ ratios }) => signTest(ratios.map(Math.log))));
  return findings.map(({ verdict }, index) => {
    const significant = findings.length === 1 || (adjusted[index] ?? 1) <= SIGNIFICANCE;
    return claims(verdict) && !significant ? 'inconclusive' : verdict;
  });
}

function contradicts({ ratio }: Finding, verdict: Verdict, claim: Verdict, margin: number): boolean {
  if (verdict === 'equivalent') return false;
  return claim === 'better' ? ratio < 1 / (1 + margin) : ratio > 1 + margin;
}

/**
 * One verdict over all input sizes. `better` or `worse` where it holds at some size after correction and no other
 * size points the other way by more than the margin; `equivalent` where all sizes are; else `inconclusive`.
 */
export function overallVerdict(findings: readonly Finding[], margin: number): Verdict {
  const verdicts = correctedVerdicts(findings);
  if (verdicts.every((verdict) => verdict === 'equivalent')) return 'equivalent';
  const claim = verdicts.find(claims);
  if (claim === undefined) return 'inconclusive';
  const denied = findings.some((finding, index) =>
    contradicts(finding, verdicts[index] ?? 'inconclusive', claim, margin),
  );
  return denied ? 'inconclusive' : claim;
}
