import { type Pause, paced, type Steps } from './linear-algebra/pacing.js';
import { badClusterCount } from './messages.js';

/** Numbers on a line, each with a weight above 0. */
export interface WeightedPoints {
  /** Rising. */
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

/** Centres of clusters, and what is lost when every point moves to the centre of its cluster. */
export interface Clusters {
  /** Rising; fewer than asked for where there are fewer points. */
  readonly centres: Float64Array;
  /** Sum of weight times squared distance. */
  readonly error: number;
}

/**
 * The clusters of numbers with the least sum of weighted squared distances from their centres (k-means). On a line, they
 * are stretches of the sorted numbers, and the best of all ways to cut is found exactly: one more cluster at a time, by
 * divide and conquer in O(clusters * n * log n) (Grønlund et al., Fast Exact k-Means, k-Medians and Bregman Divergence
 * Clustering in 1D, 2017). The last of more clusters never begins before that of fewer, which saves further tries.
 *
 * @param pause called every 25 ms
 * @throws RangeError when less than one cluster is asked for
 * @throws whatever `pause` throws
 * @example (await kMeans({ values: Float64Array.of(0, 1, 9), weights: Float64Array.of(1, 1, 1) }, 2, pause)).centres // [0.5, 9]
 */
export function kMeans(points: WeightedPoints, clusters: number, pause: Pause): Promise<Clusters> {
  if (!(clusters >= 1)) throw badClusterCount(clusters);
  return paced(clusterSteps(prefixSums(points), Math.min(clusters, points.values.length)), pause);
}

/** Sums over the first points, by their number; the values less an origin, so that differences lose no digits. */
interface PrefixSums {
  readonly origin: number;
  readonly weights: Float64Array;
  readonly sums: Float64Array;
  readonly squares: Float64Array;
}

function prefixSums({ values, weights }: WeightedPoints): PrefixSums {
  const count = values.length;
  const origin = count > 0 ? (values[0] + values[count - 1]) / 2 : 0;
  const prefix = { origin, weights: new Float64Array(count + 1), sums: new Float64Array(count + 1) };
  const squares = new Float64Array(count + 1);
  for (let i = 0; i < count; i++) {
    const value = values[i] - origin;
    prefix.weights[i + 1] = prefix.weights[i] + weights[i];
    prefix.sums[i + 1] = prefix.sums[i] + weights[i] * value;
    squares[i + 1] = squares[i] + weights[i] * value * value;
  }
  return { ...prefix, squares };
}

/** The least errors of the first points in some number of clusters, and where the last of these begins. */
interface Level {
  readonly errors: Float64Array;
  readonly cuts: Int32Array;
}

function* clusterSteps(prefix: PrefixSums, clusters: number): Steps<Clusters> {
  const count = prefix.sums.length - 1;
  if (count === 0) return { centres: new Float64Array(0), error: 0 };
  let level = inOneCluster(prefix);
  const cuts = [level.cuts];
  while (cuts.length < clusters) {
    level = nextLevel(prefix, level, cuts.length, cuts.length === clusters - 1);
    cuts.push(level.cuts);
    yield;
  }
  return { centres: centresOf(prefix, cuts), error: level.errors[count] };
}

function inOneCluster({ sums, squares, weights }: PrefixSums): Level {
  const errors = new Float64Array(sums.length);
  for (let to = 1; to < errors.length; to++) errors[to] = Math.max(0, squares[to] - sums[to] ** 2 / weights[to]);
  return { errors, cuts: new Int32Array(sums.length) };
}

/**
 * With one cluster more. Fewer points than clusters lose nothing.
 *
 * @param isLast whether only the cut of all points is wanted
 */
function nextLevel(prefix: PrefixSums, before: Level, clusters: number, isLast: boolean): Level {
  const count = before.errors.length - 1;
  const level = { errors: new Float64Array(count + 1), cuts: new Int32Array(count + 1) };
  const bases = new Float64Array(count + 1);
  for (let cut = clusters; cut <= count; cut++) bases[cut] = before.errors[cut] - prefix.squares[cut];
  for (let to = 1; to <= clusters; to++) level.cuts[to] = to - 1;
  const first = isLast ? count : clusters + 1;
  let stride = 1;
  while (2 * stride <= count - first + 1) stride *= 2;
  for (; stride >= 1; stride /= 2) {
    for (let to = first + stride - 1; to <= count; to += 2 * stride) {
      const left = to - stride < first ? clusters : level.cuts[to - stride];
      const highest = to + stride > count ? to - 1 : Math.min(to - 1, level.cuts[to + stride]);
      const lowest = Math.min(highest, Math.max(left, before.cuts[to]));
      cutBest(prefix, bases, { to, lowest, highest }, level);
    }
  }
  return level;
}

interface CutRange {
  readonly to: number;
  readonly lowest: number;
  readonly highest: number;
}

/** Finds where the last cluster of the first `to` points begins. */
function cutBest(
  { weights, sums, squares }: PrefixSums,
  bases: Float64Array,
  { to, lowest, highest }: CutRange,
  { errors, cuts }: Level,
): void {
  const [weightTo, sumTo] = [weights[to], sums[to]];
  let least = Number.POSITIVE_INFINITY;
  let at = lowest;
  for (let cut = lowest; cut <= highest; cut++) {
    const sum = sumTo - sums[cut];
    const error = bases[cut] - (sum * sum) / (weightTo - weights[cut]);
    if (error < least) {
      least = error;
      at = cut;
    }
  }
  errors[to] = Math.max(0, squares[to] + least);
  cuts[to] = at;
}

function centresOf({ origin, weights, sums }: PrefixSums, cuts: readonly Int32Array[]): Float64Array {
  const centres = new Float64Array(cuts.length);
  let to = sums.length - 1;
  for (let cluster = cuts.length - 1; cluster >= 0; cluster--) {
    const from = cuts[cluster][to];
    centres[cluster] = origin + (sums[to] - sums[from]) / (weights[to] - weights[from]);
    to = from;
  }
  return centres;
}
