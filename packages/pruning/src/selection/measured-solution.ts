import { answerOf, StepError, type TimeRatio } from '@onnx-compress/core';
import type { LatencyCosts } from '../criteria/latency-costs.js';
import { latencyNotMeasured } from '../messages.js';
import { prunedCopy } from '../surgery/pruned-copy.js';
import { NEAR } from './budget-metrics.js';
import { type Counted, solveCounted } from './budget-solution.js';
import { type Budgets, withLatency } from './budgets.js';
import type { ScoredGroup } from './decision.js';
import { rounded } from './measured-costs.js';

/** Times that the prediction is corrected by what was measured. */
const MOST_CORRECTIONS = 3;

/** The part of what is asked that a corrected candidate aims at, so that its measurement stays below as well. */
const AIM = 0.99;

/** A solution, and the part of the original's time that it was measured to take. */
export interface Trial {
  readonly budgets: Budgets;
  readonly solution: Counted;
  readonly measured: TimeRatio;
}

/** The less is left over, the better; what takes too long is worse than all that does not. */
function isBetter({ measured }: Trial, best: Trial, most: number): boolean {
  const [own, other] = [measured.ratio, best.measured.ratio];
  return own <= most ? other > most || own > other : own < other;
}

/** Predicted milliseconds that go, and the part of the original's time that was measured to stay. */
interface Point {
  readonly saved: number;
  readonly ratio: number;
}

function pointOf({ budgets: { costs }, solution: { totals }, measured: { ratio } }: Trial): Point {
  return { saved: costs.total('latency') - totals('latency'), ratio };
}

/** How far savings are extrapolated at most. */
const MOST_GROWTH = 1.5;

/** What has to go by prediction so that `aim` stays: read off the lines between the original and all candidates. */
function savingFor(aim: number, trials: readonly Trial[]): number {
  const points = trials.map(pointOf).sort((first, second) => first.saved - second.saved);
  let before: Point = { saved: 0, ratio: 1 };
  for (const point of points) {
    const part = (before.ratio - aim) / (before.ratio - point.ratio);
    if (point.ratio <= aim) return before.saved + part * (point.saved - before.saved);
    before = point;
  }
  return before.saved * Math.min(MOST_GROWTH, (1 - aim) / Math.max(0, 1 - before.ratio));
}

/** The times of nodes, beside which so much other time stays that what is asked takes exactly this saving. */
function corrected(latency: LatencyCosts, whole: number, most: number, saving: number): LatencyCosts {
  return { ...latency, elsewhere: rounded(saving / (1 - most) - (whole - latency.elsewhere)) };
}

const unitsOf = ({ decisions }: Counted) => decisions.map(({ units }) => units.join()).join(';');

const isNear = ({ measured: { ratio } }: Trial, most: number) => ratio <= most && ratio >= most * NEAR;

async function attempt(budgets: Budgets, solution: Counted): Promise<Trial> {
  const { model, find, context } = budgets;
  const candidate = await prunedCopy(model, solution.decisions, find);
  const { nodeTimes, signal } = context;
  const measured = await answerOf(nodeTimes.compare(model, candidate, signal), latencyNotMeasured, signal);
  return { budgets, solution, measured };
}

/** Solves with times that a measurement corrected; undefined where no candidate is left that they allow. */
async function solveAgain(budgets: Budgets, scored: readonly ScoredGroup[]): Promise<Counted | undefined> {
  try {
    return await solveCounted(budgets, scored);
  } catch (error) {
    if (error instanceof StepError) return undefined;
    throw error;
  }
}

/**
 * Solves, measures what came of it from end to end, and solves again with times corrected by what was found, until the
 * measured time is as near to what is asked as the budgets want it.
 *
 * @param most part of the original's time that is asked for
 * @throws StepError where a limit cannot be met by the predicted times, or the result not be timed
 */
export async function solveMeasured(prepared: Budgets, scored: readonly ScoredGroup[], most: number): Promise<Trial> {
  let last = await attempt(prepared, await solveCounted(prepared, scored));
  let best = last;
  const trials = [last];
  const { latency, costs } = prepared;
  while (latency !== undefined && trials.length <= MOST_CORRECTIONS && !isNear(last, most)) {
    const saving = savingFor(AIM * most, trials);
    const budgets = withLatency(prepared, corrected(latency, costs.total('latency'), most, saving));
    const solution = await solveAgain(budgets, scored);
    if (solution === undefined || trials.some((trial) => unitsOf(trial.solution) === unitsOf(solution))) break;
    last = await attempt(budgets, solution);
    trials.push(last);
    if (isBetter(last, best, most)) best = last;
  }
  return best;
}
