/** Indices of a longest strictly increasing subsequence, by patience sorting (Fredman 1975). */
export function longestIncreasing(values: readonly number[]): readonly number[] {
  const tops: number[] = [];
  const behind: (number | undefined)[] = [];
  for (const [index, value] of values.entries()) {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[tops[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    behind[index] = tops[low - 1];
    tops[low] = index;
  }
  const picked: number[] = [];
  for (let index = tops.at(-1); index !== undefined; index = behind[index]) picked.push(index);
  return picked.reverse();
}
