import { answerOf } from '@onnx-compress/core';
import { latencyNotMeasured, latencyNotReached } from '../../messages.js';
import { assignFormats, type Solution } from '../assign-formats.js';
import { cheapest, type Outcome, type Workbench, written } from '../within-limit.js';

/** Assignments that are written and timed, at most, until one is fast enough. */
const MOST_TRIES = 5;

/** What was written, and what part of the time of the original it takes. */
interface Timed extends Outcome {
  readonly latencyRatio: number;
}

async function attempt(bench: Workbench, solution: Solution): Promise<Timed> {
  const { model, context } = bench;
  const outcome = await written(bench, solution);
  const { nodeTimes, signal } = context;
  const { ratio } = await answerOf(
    nodeTimes.compare(model, outcome.composition.model, signal),
    latencyNotMeasured,
    signal,
  );
  return { ...outcome, latencyRatio: ratio };
}

/**
 * The assignment with the least noise that takes no more than a part of the time of the original, as measured end to end
 * in alternation. Times of layers do not quite add up, since what lies between two of them depends on both, so each
 * assignment is written and timed, and made again with what was too much taken off the limit.
 *
 * @param part above 0 and below 1
 * @throws StepError `MIXED_NOT_REACHED` with the least part that was measured
 * @throws StepError `LATENCY_NOT_MEASURED` where the result cannot be timed
 * @throws CancelledError when the signal fires
 */
export async function withinLatency(bench: Workbench, part: number): Promise<Timed> {
  const { problem, context } = bench;
  const tried: Timed[] = [];
  let allowed = part * problem.before;
  while (tried.length < MOST_TRIES - 1) {
    const solution = await assignFormats(problem, allowed, context);
    if (solution === undefined) break;
    const next = await attempt(bench, solution);
    if (next.latencyRatio <= part) return next;
    tried.push(next);
    allowed = Math.min(allowed, solution.cost) - (next.latencyRatio - part) * problem.before;
  }
  const last = await attempt(bench, cheapest(problem));
  if (last.latencyRatio <= part) return last;
  throw latencyNotReached(part, Math.min(...[...tried, last].map(({ latencyRatio }) => latencyRatio)));
}
