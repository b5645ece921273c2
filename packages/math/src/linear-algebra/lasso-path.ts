import { LassoDescent } from './lasso-descent.js';
import { type Pause, paced, type Steps } from './pacing.js';

/** Ratio of neighbouring strengths on the way down. */
const RATIO = 0.9;

/** Share of the largest strength at which the way down to a number of channels ends. */
const LEAST = 1e-4;

/** The same where scores are wanted: below it, a channel's correlation tells as much at a fraction of the time. */
const LEAST_ENTRY = 1e-3;

/** Ratio of two strengths between which no further one is tried. */
const CLOSE = 1 + 1e-6;

/** Channels that stay. */
export interface LassoSelection {
  /** Strength of the penalty. */
  readonly lambda: number;
  /** One for each channel, 0 for those that do not stay. */
  readonly coefficients: Float64Array;
}

/**
 * Solves min 1/2 b^T M b - t^T b + lambda |b|_1 by coordinate descent for the strength at which at most `kept`
 * coefficients are not 0: down from the strength at which all are 0, each solution starting from the one before, then
 * by bisection. Fewer than `kept` stay where several come in at the same strength, or where 1e-4 of the largest
 * strength does not bring in as many. Of channels whose contributions are not finite none stays.
 *
 * Source: He, Zhang and Sun, Channel Pruning for Accelerating Very Deep Neural Networks, arXiv:1707.06168.
 *
 * @param gram symmetric positive semidefinite matrix M, row-major, size x size
 * @param target t, for channels the row sums of M, so that all coefficients are 1 without a penalty
 * @param pause called about every 25 ms
 * @throws RangeError when the lengths do not fit `size`
 */
export async function lassoPath(
  gram: Float64Array,
  target: Float64Array,
  size: number,
  { kept }: { readonly kept: number },
  pause: Pause,
): Promise<LassoSelection> {
  return paced(selectionSteps(new LassoDescent(gram, target, size), kept), pause);
}

/** Keeps the last solution with few enough channels, and narrows the interval down to the first with too many. */
function* selectionSteps(descent: LassoDescent, kept: number): Steps<LassoSelection> {
  let lambda = descent.largest;
  let coefficients = descent.coefficients.slice();
  let correlations = descent.correlations.slice();
  let tooLow = 0;
  let next = lambda * RATIO;
  while (next >= LEAST * descent.largest && next > 0 && lambda > tooLow * CLOSE) {
    yield* descent.solve(next);
    const active = descent.active;
    if (active > kept) {
      tooLow = next;
      descent.restore(coefficients, correlations);
    } else {
      lambda = next;
      coefficients = descent.coefficients.slice();
      correlations = descent.correlations.slice();
      if (active === kept) break;
    }
    next = tooLow === 0 ? lambda * RATIO : Math.sqrt(lambda * tooLow);
  }
  return { lambda, coefficients };
}

/**
 * For every channel the largest strength at which it has a coefficient, as a score: the channels of a high score come
 * in first. Strengths go down by a tenth each to 1e-3 of the largest, and a score lies between the strength at which
 * the channel was first seen and the one before, the higher the closer it was to coming in there. A channel that never
 * came in has the size of its correlation with what is left unexplained, which is below all strengths; one without
 * contribution, or with one that is not finite, has 0.
 *
 * The arguments are those of `lassoPath`.
 *
 * @throws RangeError when the lengths do not fit `size`
 */
export async function lassoEntries(
  gram: Float64Array,
  target: Float64Array,
  size: number,
  pause: Pause,
): Promise<Float64Array> {
  return paced(entrySteps(new LassoDescent(gram, target, size)), pause);
}

function* entrySteps(descent: LassoDescent): Steps<Float64Array> {
  const entries = new Float64Array(descent.coefficients.length);
  let last = descent.largest;
  while (last > 0 && last >= LEAST_ENTRY * descent.largest && entries.includes(0)) {
    const before = descent.correlations.slice();
    const lambda = last * RATIO;
    yield* descent.solve(lambda);
    for (const [channel, coefficient] of descent.coefficients.entries()) {
      if (coefficient === 0 || entries[channel] > 0) continue;
      entries[channel] = lambda + (last - lambda) * Math.min(1, Math.abs(before[channel]) / last);
    }
    last = lambda;
  }
  return entries.map((entry, channel) => (entry > 0 ? entry : unexplained(descent.correlations[channel], last)));
}

function unexplained(correlation: number, most: number): number {
  return Number.isFinite(correlation) ? Math.min(Math.abs(correlation), most) : 0;
}
