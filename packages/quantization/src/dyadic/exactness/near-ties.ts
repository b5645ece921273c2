import type { Reach } from './differing-sums.js';

/** More than some roundings of float32 numbers below 512 can move a result. */
const NEARNESS = 2 ** -12;

/** True where a kernel that rounds floats on the way may take either neighbour of a result. */
export function isNearTie(result: number): boolean {
  return Math.abs(result - Math.floor(result) - 0.5) <= NEARNESS;
}

/** How many integers, of at most `bound` in size, become results so near to a tie that either neighbour may be taken. */
export function nearTies(multiplier: number, { least, most }: Reach, bound: number): number {
  const first = Math.max(-bound, Math.floor((least - 1) / multiplier));
  const last = Math.min(bound, Math.ceil((most + 1) / multiplier));
  let count = 0;
  for (let integer = first; integer <= last; integer++) if (isNearTie(integer * multiplier)) count++;
  return count;
}
