import type { Context } from '@onnx-compress/core';
import type { GroupMembers } from '../groups/members.js';

/** What a criterion may use besides the model: named random streams, and the signal that stops it. */
export type ScoringContext = Pick<Context, 'random' | 'signal'>;

/** One score per unit of a group, or why the criterion has none for it; such a group is left whole. */
export type Scores =
  | { readonly kind: 'scored'; readonly perUnit: Float64Array }
  | { readonly kind: 'unscored'; readonly reason: string };

/** Scores the units of one group. The lowest scores go first, ties keep the lower index. */
export type Criterion = (group: GroupMembers, context: ScoringContext) => Promise<Scores>;
