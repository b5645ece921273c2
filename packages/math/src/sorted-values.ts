import { atOnce, type Pause, paced, ranges, type Steps } from './linear-algebra/pacing.js';

/** Numbers in rising order, with the sums of the first of them. */
export interface SortedValues {
  readonly values: Float32Array;
  /** The sum of the first `i` numbers at `i`; one longer than `values`. */
  readonly sums: Float64Array;
  /** Sum of the squares of all. */
  readonly energy: number;
}

/** Numbers sorted at a time, and merged between two pauses. */
const BLOCK = 2 ** 17;

/**
 * Sorts a copy of numbers, so that sums over all between two limits cost no more than finding the limits.
 *
 * @param values finite
 * @param pause lets other work run, about every 25 ms
 * @example const { sums } = await sortValues(weights, () => yieldToEventLoop(signal));
 */
export function sortValues(values: Float32Array, pause: Pause): Promise<SortedValues> {
  return paced(sorting(values), pause);
}

/** As {@link sortValues}, without a pause. */
export const sortValuesAtOnce = (values: Float32Array): SortedValues => atOnce(sorting(values));

function* sorting(values: Float32Array): Steps<SortedValues> {
  let sorted = values.slice();
  yield;
  for (let start = 0; start < sorted.length; start += BLOCK) {
    sorted.subarray(start, start + BLOCK).sort();
    yield;
  }
  let merged = sorted.length > BLOCK ? new Float32Array(sorted.length) : sorted;
  for (let size = BLOCK; size < sorted.length; size *= 2) {
    for (let start = 0; start < sorted.length; start += 2 * size) {
      const middle = Math.min(start + size, sorted.length);
      yield* merging(sorted.subarray(start, middle), sorted.subarray(middle, start + 2 * size), merged, start);
    }
    [sorted, merged] = [merged, sorted];
  }
  return yield* summing(sorted);
}

/** Writes two rows of rising numbers as one, from a place on. */
function* merging(left: Float32Array, right: Float32Array, target: Float32Array, start: number): Steps<void> {
  const end = start + left.length + right.length;
  for (let at = start, l = 0, r = 0; at < end; at++) {
    if (at % BLOCK === 0) yield;
    const takesLeft = r >= right.length || (l < left.length && left[l] <= right[r]);
    target[at] = takesLeft ? left[l++] : right[r++];
  }
}

function* summing(values: Float32Array): Steps<SortedValues> {
  const sums = new Float64Array(values.length + 1);
  let energy = 0;
  yield* ranges(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      sums[i + 1] = sums[i] + values[i];
      energy += values[i] * values[i];
    }
  });
  return { values, sums, energy };
}

/** How many of the numbers are less than a limit. */
export function countLess({ values }: SortedValues, limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
