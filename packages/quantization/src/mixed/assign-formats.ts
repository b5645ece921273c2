import { type Context, yieldToEventLoop } from '@onnx-compress/core';
import { type AssignmentOption, assign, convexFront, exactFront, type FrontPoint } from '@onnx-compress/math';
import type { Problem } from './problem.js';

/** A choice for each group, what all of them cost and lose, and whether nothing is known to lose less. */
export interface Solution extends FrontPoint {
  readonly isProven: boolean;
}

/** The part of all noise that is not worth looking for: 0.0004 dB. */
const TOLERANCE = 1e-4;

/** Best compromises that are listed one by one, at most; otherwise the corners of their convex hull. */
const MOST_POINTS = 4096;

const itemsOf = ({ groups, costOf }: Problem): readonly (readonly AssignmentOption[])[] =>
  groups.map(({ labels, choices }) => choices.map((choice) => ({ cost: costOf(labels, choice), loss: choice.noise })));

/** The assignment with the least noise that costs no more than a limit; undefined where there is none. */
export async function assignFormats(
  problem: Problem,
  limit: number,
  { signal }: Pick<Context, 'signal'>,
): Promise<Solution | undefined> {
  const pause = () => yieldToEventLoop(signal);
  const found = await assign(itemsOf(problem), limit - problem.fixed, { pause, tolerance: TOLERANCE });
  if (found === undefined) return undefined;
  const { choices, cost, loss, bound } = found;
  return { choices, cost: cost + problem.fixed, loss, isProven: bound >= loss * (1 - 2 * TOLERANCE) };
}

/** The best compromises between cost and noise, cost rising. */
export interface Front {
  readonly points: readonly FrontPoint[];
  /** False where only the corners of the convex hull are listed. */
  readonly isComplete: boolean;
}

/** The corners of the convex hull: each of them is best at some price. */
export function cornersOf(problem: Problem): readonly FrontPoint[] {
  return convexFront(itemsOf(problem)).map((point) => ({ ...point, cost: point.cost + problem.fixed }));
}

/** All best compromises where they can be listed. */
export function frontOf(problem: Problem): Front {
  const points = exactFront(itemsOf(problem), MOST_POINTS);
  if (points === undefined) return { points: cornersOf(problem), isComplete: false };
  return { points: points.map((point) => ({ ...point, cost: point.cost + problem.fixed })), isComplete: true };
}
