/** Sums of everything before each index; one longer than what is summed. */
export function cumulative(length: number, term: (index: number) => number): Float64Array {
  const sums = new Float64Array(length + 1);
  let sum = 0;
  for (let index = 0; index < length; index++) {
    sum += term(index);
    sums[index + 1] = sum;
  }
  return sums;
}

/** The sum from `start` up to, and without, `end`. */
export const sumBetween = (sums: Float64Array, start: number, end: number): number =>
  (sums[end] ?? 0) - (sums[start] ?? 0);
