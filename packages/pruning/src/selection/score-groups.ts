import type { Context } from '@onnx-compress/core';
import { type Model, present } from '@onnx-compress/graph';
import type { Prunable } from '../analysis/prunable.js';
import type { Criterion } from '../criteria/criterion.js';
import { blockedBecause } from '../groups/group.js';
import type { Decision, ScoredGroup } from './decision.js';

/** The open groups with their scores, and the decision on those that have none. */
export interface Scored {
  readonly scored: readonly ScoredGroup[];
  readonly left: readonly Decision[];
}

/** Scores the groups of which something can be removed. */
export async function scoreGroups(
  model: Model,
  { groups, members }: Prunable,
  criterion: Criterion,
  context: Context,
): Promise<Scored> {
  const blocked = groups.flatMap((group) => {
    const reason = blockedBecause(group);
    return reason === undefined ? [] : [{ group, units: [], reason }];
  });
  const open = groups.filter((group) => blockedBecause(group) === undefined);
  const scores = await criterion(
    open.map((group) => present(members.get(group), 'members')),
    { ...context, model },
  );
  const left: Decision[] = [...blocked];
  const scored: ScoredGroup[] = [];
  for (const [index, group] of open.entries()) {
    const own = present(scores[index], 'scores');
    if (own.kind === 'scored') scored.push({ group, scores: own.perUnit });
    else left.push({ group, units: [], reason: own.reason });
  }
  return { scored, left };
}
