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
 * Clustering in 1D, 2017).
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
  const { sums, squares, weights } = prefix;
  const count = sums.length - 1;
  if (count === 0) return { centres: new Float64Array(0), error: 0 };
  const inOne = squares.map((square, to) => (to === 0 ? 0 : Math.max(0, square - sums[to] ** 2 / weights[to])));
  const levels: Level[] = [{ errors: inOne, cuts: new Int32Array(count + 1) }];
  while (levels.length < clusters) {
    levels.push(nextLevel(prefix, levels[levels.length - 1].errors, levels.length));
    yield;
  }
  return { centres: centresOf(prefix, levels), error: levels[levels.length - 1].errors[count] };
}

/** With one cluster more. Fewer points than clusters lose nothing. */
function nextLevel(prefix: PrefixSums, before: Float64Array, clusters: number): Level {
  const level = {
    errors: new Float64Array(before.length),
    cuts: Int32Array.from(before, (_, to) => Math.max(0, to - 1)),
  };
  const pending = [{ first: clusters + 1, last: before.length - 1, lowest: clusters, highest: before.length - 2 }];
  for (let range = pending.pop(); range !== undefined; range = pending.pop()) {
    const { first, last, lowest, highest } = range;
    if (first > last) continue;
    const middle = (first + last) >> 1;
    const at = bestCut(prefix, before, { to: middle, lowest, highest: Math.min(highest, middle - 1) }, level);
    pending.push({ first, last: middle - 1, lowest, highest: at }, { first: middle + 1, last, lowest: at, highest });
  }
  return level;
}

interface CutRange {
  readonly to: number;
  readonly lowest: number;
  readonly highest: number;
}

/** Where the last cluster of the first `to` points begins. The best cut of more points never lies left of that of fewer. */
function bestCut(
  { weights, sums, squares }: PrefixSums,
  before: Float64Array,
  { to, lowest, highest }: CutRange,
  { errors, cuts }: Level,
): number {
  const [weightTo, sumTo, squareTo] = [weights[to], sums[to], squares[to]];
  let best = Number.POSITIVE_INFINITY;
  let at = lowest;
  for (let cut = lowest; cut <= highest; cut++) {
    const sum = sumTo - sums[cut];
    const error = before[cut] + Math.max(0, squareTo - squares[cut] - (sum * sum) / (weightTo - weights[cut]));
    if (error < best) {
      best = error;
      at = cut;
    }
  }
  errors[to] = best;
  cuts[to] = at;
  return at;
}

function centresOf({ origin, weights, sums }: PrefixSums, levels: readonly Level[]): Float64Array {
  const centres = new Float64Array(levels.length);
  let to = sums.length - 1;
  for (let cluster = levels.length - 1; cluster >= 0; cluster--) {
    const from = levels[cluster].cuts[to];
    centres[cluster] = origin + (sums[to] - sums[from]) / (weights[to] - weights[from]);
    to = from;
  }
  return centres;
}
