import { type Context, yieldToEventLoop } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import type { GroupMembers } from '../groups/members.js';

/** What a criterion may use: the model, samples and where to run them, matrix products, named random streams. */
export interface ScoringContext
  extends Pick<Context, 'random' | 'signal' | 'gemm' | 'runs' | 'calibration' | 'progress'> {
  /** The model as it is before anything of this step is removed. */
  readonly model: Model;
}

/** One score per unit of a group, or why the criterion has none for it; such a group is left whole. */
export type Scores =
  | { readonly kind: 'scored'; readonly perUnit: Float64Array }
  | { readonly kind: 'unscored'; readonly reason: string };

/**
 * Scores the units of groups, one result for each group in their order. The lowest scores go first, ties keep the lower
 * index.
 */
export type Criterion = (groups: readonly GroupMembers[], context: ScoringContext) => Promise<readonly Scores[]>;

/** A criterion that looks at one group at a time. */
export function eachGroup(
  score: (group: GroupMembers, context: ScoringContext) => Scores | Promise<Scores>,
): Criterion {
  return async (groups, context) => {
    const scores: Scores[] = [];
    for (const [index, group] of groups.entries()) {
      await yieldToEventLoop(context.signal);
      context.progress(index, groups.length, group.label);
      scores.push(await score(group, context));
    }
    if (groups.length > 0) context.progress(groups.length, groups.length);
    return scores;
  };
}
