import type { Context } from '@onnx-compress/core';
import { encodedLength, type Model } from '@onnx-compress/graph';
import { fileNotReached, operationsNotReached } from '../messages.js';
import { assignFormats, cornersOf, type Solution } from './assign-formats.js';
import { assignedBy, type Composition, compose } from './compose.js';
import type { Format } from './format.js';
import type { Problem } from './problem.js';

/** What a search found: the assignment, the model that it gives, and the bytes of its file. */
export interface Outcome {
  readonly solution: Solution;
  readonly composition: Composition;
  readonly bytes: number;
  /** The part of the original's time that the model takes, where that is limited. */
  readonly latencyRatio?: number;
}

/** Where assignments are tried. */
export interface Workbench {
  readonly model: Model;
  readonly formats: readonly Format[];
  readonly problem: Problem;
  readonly context: Context;
}

/** Assignments that are written, at most, until a file is small enough. */
const MOST_TRIES = 6;

/** Writes an assignment into a copy. */
export async function written({ model, formats, problem, context }: Workbench, solution: Solution): Promise<Outcome> {
  const composition = await compose(model, assignedBy(problem.groups, solution.choices), formats, context);
  return { solution, composition, bytes: await encodedLength(composition.model) };
}

/** The cheapest assignment of all; the last resort. */
export function cheapest(problem: Problem): Solution {
  const [first] = cornersOf(problem);
  return { choices: [], cost: problem.fixed, loss: 0, ...first, isProven: true };
}

/** What is limited, as a written model has it, and the refusal where it cannot be so little. */
interface Spent {
  readonly of: (outcome: Outcome) => number;
  readonly refused: (most: number, least: number) => Error;
}

/** Assigns, counts what was written, and assigns again with what was too much taken off the limit. */
async function within(bench: Workbench, most: number, { of, refused }: Spent): Promise<Outcome> {
  const { problem, context } = bench;
  let allowed = most;
  for (let tries = 1; tries < MOST_TRIES; tries++) {
    const solution = await assignFormats(problem, allowed, context);
    if (solution === undefined) break;
    const outcome = await written(bench, solution);
    const spent = of(outcome);
    if (spent <= most) return outcome;
    allowed = Math.min(allowed, solution.cost) - (spent - most);
  }
  const least = await written(bench, cheapest(problem));
  if (of(least) > most) throw refused(most, of(least));
  return least;
}

/**
 * The assignment with the least noise whose file is no larger than a limit. Layers that are quantized together can take
 * some bytes more or less than each alone, so the file is counted.
 *
 * @throws StepError `MIXED_NOT_REACHED` with the least size there is
 * @throws CancelledError when the signal fires
 */
export const withinBytes = (bench: Workbench, most: number): Promise<Outcome> =>
  within(bench, most, { of: ({ bytes }) => bytes, refused: fileNotReached });

/**
 * What a problem counts, by what was done to the layers: beside layers in floats, others can have floats between them that
 * would have integers among their like.
 */
export function countedCost({ groups, costOf, fixed }: Problem, { solution, composition }: Outcome): number {
  const changed = [...composition.results.values()].flatMap((result) => result.changed);
  return assignedBy(groups, solution.choices).reduce((sum, { labels, choice }) => {
    const own = changed.filter(({ node }) => labels.includes(node));
    return sum + costOf(labels, { ...choice, changes: own });
  }, fixed);
}

/**
 * The assignment with the least noise that takes no more bit operations than a limit, as counted in what was written.
 *
 * @throws StepError `MIXED_NOT_REACHED` with the least there is
 * @throws CancelledError when the signal fires
 */
export const withinOperations = (bench: Workbench, most: number): Promise<Outcome> =>
  within(bench, most, { of: (outcome) => countedCost(bench.problem, outcome), refused: operationsNotReached });

/** The assignment that an earlier run found, by label of the layer; others stay as they are. */
export function asGiven(bench: Workbench, formats: Readonly<Record<string, string>>): Promise<Outcome> {
  const { groups, costOf, fixed } = bench.problem;
  const choices = groups.map(({ labels: [label = ''], choices: all }) =>
    all.findIndex(({ format }) => format.name === formats[label]),
  );
  const chosen = assignedBy(groups, choices);
  const cost = chosen.reduce((sum, { labels, choice }) => sum + costOf(labels, choice), fixed);
  const loss = chosen.reduce((sum, { choice }) => sum + choice.noise, 0);
  return written(bench, { choices, cost, loss, isProven: false });
}
