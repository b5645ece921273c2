/** Probability of at most `k` heads in `n` tosses of a fair coin; summed through logarithms, so any `n` will do. */
export function fairCoinAtMost(k: number, n: number): number {
  let logTerm = -n * Math.LN2;
  let sum = 0;
  for (let heads = 0; heads <= Math.min(k, n); heads++) {
    sum += Math.exp(logTerm);
    logTerm += Math.log((n - heads) / (heads + 1));
  }
  return Math.min(1, sum);
}
