import { factorWithJitter } from './linear-algebra/small-cholesky.js';
import { countLess, type SortedValues } from './sorted-values.js';

/** Gains below this part of the error end the alternation, and so do as many rounds. */
const [LEAST_GAIN, MOST_ROUNDS] = [1e-4, 40];

/** Bits of the integer part that scales are given as; sums of them stay exact in float32. */
const SUM_BITS = 23;

/**
 * Scales with whose sums, each scale added or subtracted, numbers are written: `w ~ sum of s_j b_j` with `b_j` 1 or -1,
 * each number as the nearest of the `2^count` sums. Scales are found one after the other, each as the mean magnitude of
 * what the others leave (Guo et al. 2017, arXiv:1706.02021), and all of them anew by least squares for the nearest sums,
 * in turn, while that gains (Xu et al. 2018, arXiv:1802.00150). The error falls with `count` and is never above that
 * without the second step.
 *
 * Of sorted numbers those nearest to a sum lie side by side, so a round costs `2^count * (count + log n)` for `n` numbers.
 *
 * @param count 1 to 8
 * @returns from the largest down; multiples of a power of two, so that float32 adds them exactly in any order
 * @example additiveScales(sortValuesAtOnce(Float32Array.of(-3, -1, 1, 3)), 2) // [2, 1]
 */
export function additiveScales(sorted: SortedValues, count: number): Float64Array {
  let best: Float64Array = new Float64Array(0);
  for (let length = 1; length <= count; length++) {
    const added = alternated(sorted, Float64Array.of(...best, meanRest(sorted, best)));
    const greedy = greedyScales(sorted, length);
    const isCloser = errorOf(sorted, nearestSums(sorted, greedy)) < added.error;
    best = isCloser ? alternated(sorted, greedy).scales : added.scales;
  }
  return exactInFloat32(best.sort().reverse());
}

/** All sums of scales, each added or subtracted. */
export interface SignedSums {
  /** Rising. */
  readonly sums: Float64Array;
  /** For each sum, the number whose bit `j` is 1 where scale `j` is added. */
  readonly patterns: Uint8Array;
}

/**
 * All sums of up to 8 scales, each added or subtracted.
 *
 * @param scales none below 0
 * @example signedSums([2, 1]) // sums [-3, -1, 1, 3], patterns [0, 2, 1, 3]
 */
export function signedSums(scales: ArrayLike<number>): SignedSums {
  let sums = new Float64Array(1);
  let patterns = new Uint8Array(1);
  for (let j = 0; j < scales.length; j++) {
    const size = sums.length;
    const [wider, widerPatterns] = [new Float64Array(2 * size), new Uint8Array(2 * size)];
    for (let at = 0, low = 0, high = 0; at < 2 * size; at++) {
      const takesLow = low < size && (high >= size || sums[low] - scales[j] <= sums[high] + scales[j]);
      wider[at] = takesLow ? sums[low] - scales[j] : sums[high] + scales[j];
      widerPatterns[at] = takesLow ? patterns[low++] : patterns[high++] | (1 << j);
    }
    [sums, patterns] = [wider, widerPatterns];
  }
  return { sums, patterns };
}

/** Scales of which each is the mean magnitude of what those before it leave when they are added by its sign. */
export function greedyScales(sorted: SortedValues, count: number): Float64Array {
  const scales = new Float64Array(count);
  let regions: readonly Region[] = [{ start: 0, end: sorted.values.length, level: 0 }];
  for (let j = 0; j < count; j++) {
    const halves = regions.map((region) => split(sorted, region));
    const scale = halves.reduce((sum, { magnitude }) => sum + magnitude, 0) / Math.max(1, sorted.values.length);
    scales[j] = scale;
    regions = halves.flatMap(({ start, middle, end, level }) => [
      { start, end: middle, level: level - scale },
      { start: middle, end, level: level + scale },
    ]);
  }
  return scales;
}

/** Numbers side by side, and what is written for them. */
interface Region {
  readonly start: number;
  readonly end: number;
  readonly level: number;
}

/** The border between the numbers below a level and the others, and the sum of all distances to it. */
function split(sorted: SortedValues, { start, end, level }: Region) {
  const { sums } = sorted;
  const middle = Math.min(end, Math.max(start, countLess(sorted, level)));
  const below = level * (middle - start) - (sums[middle] - sums[start]);
  const above = sums[end] - sums[middle] - level * (end - middle);
  return { start, middle, end, level, magnitude: below + above };
}

/** Mean distance of the numbers from the nearest sums. */
function meanRest(sorted: SortedValues, scales: Float64Array): number {
  const { sums, borders } = nearestSums(sorted, scales);
  let distances = 0;
  for (let rank = 0; rank < sums.length; rank++) {
    distances += split(sorted, { start: borders[rank], end: borders[rank + 1], level: sums[rank] }).magnitude;
  }
  return distances / Math.max(1, sorted.values.length);
}

interface NearestSums extends SignedSums {
  /** The numbers nearest to sum `i` are those from border `i` to border `i + 1`. */
  readonly borders: Int32Array;
}

function nearestSums(sorted: SortedValues, scales: Float64Array): NearestSums {
  const { sums, patterns } = signedSums(scales);
  const borders = new Int32Array(sums.length + 1);
  for (let rank = 1; rank < sums.length; rank++) {
    borders[rank] = countLess(sorted, (sums[rank - 1] + sums[rank]) / 2);
  }
  borders[sums.length] = sorted.values.length;
  return { sums, patterns, borders };
}

function errorOf(sorted: SortedValues, { sums, borders }: NearestSums): number {
  let error = sorted.energy;
  for (let rank = 0; rank < sums.length; rank++) {
    const [start, end] = [borders[rank], borders[rank + 1]];
    error -= sums[rank] * (2 * (sorted.sums[end] - sorted.sums[start]) - sums[rank] * (end - start));
  }
  return Math.max(0, error);
}

/** Solves for the scales and finds the nearest sums in turn; never ends with a larger error than it began with. */
function alternated(sorted: SortedValues, first: Float64Array): { scales: Float64Array; error: number } {
  let scales = first;
  let nearest = nearestSums(sorted, scales);
  let error = errorOf(sorted, nearest);
  for (let round = 0; round < MOST_ROUNDS && error > 0; round++) {
    const tried = leastSquares(sorted, nearest, scales.length);
    if (tried === undefined) break;
    const nearestTried = nearestSums(sorted, tried);
    const errorTried = errorOf(sorted, nearestTried);
    if (errorTried >= error) break;
    const gain = error - errorTried;
    [scales, nearest, error] = [tried, nearestTried, errorTried];
    if (gain < LEAST_GAIN * error) break;
  }
  return { scales, error };
}

/**
 * The scales with the least squared error for given signs; undefined where the signs do not tell them apart. The products
 * of sign vectors are elements of the Walsh-Hadamard transform of the counts and sums of their patterns.
 */
function leastSquares(sorted: SortedValues, nearest: NearestSums, count: number): Float64Array | undefined {
  const { patterns, borders } = nearest;
  const [counts, totals] = [new Float64Array(patterns.length), new Float64Array(patterns.length)];
  for (let rank = 0; rank < patterns.length; rank++) {
    counts[patterns[rank]] = borders[rank + 1] - borders[rank];
    totals[patterns[rank]] = sorted.sums[borders[rank + 1]] - sorted.sums[borders[rank]];
  }
  transformSigns(counts);
  transformSigns(totals);
  const products = new Float64Array(count * count);
  const target = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    target[row] = -totals[1 << row];
    for (let column = 0; column < count; column++) products[row * count + column] = counts[(1 << row) ^ (1 << column)];
  }
  const factor = factorWithJitter(products, count);
  return factor && solve(factor, target).map(Math.abs);
}

/** Walsh-Hadamard transform in place: element `k` becomes the sum of all, less twice those whose parity in `k` is odd. */
function transformSigns(values: Float64Array): void {
  for (let half = 1; half < values.length; half *= 2) {
    for (let start = 0; start < values.length; start += 2 * half) {
      for (let at = start; at < start + half; at++) {
        const [first, second] = [values[at], values[at + half]];
        values[at] = first + second;
        values[at + half] = first - second;
      }
    }
  }
}

/** Solves with a lower factor and its transpose, in the place of the right side. */
function solve(factor: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < row; k++) right[row] -= factor[row * size + k] * right[k];
    right[row] /= factor[row * size + row];
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let k = row + 1; k < size; k++) right[row] -= factor[k * size + row] * right[k];
    right[row] /= factor[row * size + row];
  }
  return right;
}

/** Rounds scales to multiples of a power of two of which the largest sum is at most 2^23. */
function exactInFloat32(scales: Float64Array): Float64Array {
  const largest = scales.reduce((sum, scale) => sum + scale, 0);
  if (largest === 0) return scales;
  const unit = Math.max(2 ** (Math.ceil(Math.log2(largest)) - SUM_BITS), 2 ** -149);
  return scales.map((scale) => Math.round(scale / unit) * unit);
}
