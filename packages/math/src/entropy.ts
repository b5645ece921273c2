/**
 * Shannon entropy of counts in nats: `-sum p log p` with `p = count / total` and `0 log 0 = 0`; 0 where nothing was
 * counted.
 *
 * @example entropy([1, 1]); // Math.LN2
 */
export function entropy(counts: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i];
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    const part = counts[i] / total;
    if (part > 0) sum -= part * Math.log(part);
  }
  return sum;
}
