/**
 * Adjusts p-values of several tests, in their order, so that calling those at most `a` significant gives any false
 * claim at all with probability `a` at most, however the tests hang together: the step-down method of S. Holm
 * (Scandinavian Journal of Statistics 6, 1979).
 *
 * @example holm([0.01, 0.04, 0.03]) // [0.03, 0.06, 0.06]
 */
export function holm(pValues: readonly number[]): number[] {
  const ascending = pValues.map((_, index) => index).sort((a, b) => pValues[a] - pValues[b]);
  const adjusted = [...pValues];
  let least = 0;
  for (const [rank, index] of ascending.entries()) {
    least = Math.max(least, Math.min(1, pValues[index] * (pValues.length - rank)));
    adjusted[index] = least;
  }
  return adjusted;
}
