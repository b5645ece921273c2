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
function cheapest(problem: Problem): Solution {
  const [first] = cornersOf(problem);
  return { choices: [], cost: problem.fixed, loss: 0, ...first, isProven: true };
}

/**
 * The assignment with the least noise whose file is no larger than a limit. Layers that are quantized together can take
 * some bytes more or less than each alone, so the file is counted, and the assignment is made again with what was too
 * much taken off the limit.
 *
 * @throws StepError `MIXED_NOT_REACHED` with the least size there is
 * @throws CancelledError when the signal fires
 */
export async function withinBytes(bench: Workbench, most: number): Promise<Outcome> {
  const { problem, context } = bench;
  let allowed = most;
  for (let tries = 1; tries < MOST_TRIES; tries++) {
    const solution = await assignFormats(problem, allowed, context);
    if (solution === undefined) break;
    const outcome = await written(bench, solution);
    if (outcome.bytes <= most) return outcome;
    allowed = Math.min(allowed, solution.cost) - (outcome.bytes - most);
  }
  const least = await written(bench, cheapest(problem));
  if (least.bytes > most) throw fileNotReached(most, least.bytes);
  return least;
}

/**
 * The assignment with the least noise that takes no more bit operations than a limit.
 *
 * @throws StepError `MIXED_NOT_REACHED` with the least there is
 * @throws CancelledError when the signal fires
 */
export async function withinOperations(bench: Workbench, most: number): Promise<Outcome> {
  const solution = await assignFormats(bench.problem, most, bench.context);
  if (solution === undefined) throw operationsNotReached(most, cheapest(bench.problem).cost);
  return written(bench, solution);
}
