/**
 * Adds to `counts[k]` how often `k` occurs among the bins. Bins that `counts` does not have are left out.
 *
 * @example
 * const counts = new Float64Array(3);
 * addBinCounts(Uint16Array.of(0, 2, 2), counts); // counts: [1, 0, 2]
 */
export function addBinCounts(bins: Uint16Array, counts: Float64Array): void {
  for (let i = 0; i < bins.length; i++) counts[bins[i]]++;
}
