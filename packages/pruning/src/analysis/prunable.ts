import { assertGlobsMatch, type Context, matchNodes, type NodeSelection, throwIfAborted } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import type { Engine } from '../axes/engine.js';
import { findGroups } from '../groups/find-groups.js';
import { type Group, labelsOf } from '../groups/group.js';
import { findMembers, type GroupMembers } from '../groups/members.js';
import { type AnalysisChoices, chooseSplits } from './choose-splits.js';

/** What can be pruned of a model: the groups of channels that were asked for, blocked ones among them. */
export interface Prunable {
  readonly engine: Engine;
  readonly groups: readonly Group[];
  readonly members: ReadonlyMap<Group, GroupMembers>;
}

/** The groups that at least one wanted node computes and no skipped one. */
function selectGroups(groups: readonly Group[], nodes: NodeSelection): readonly Group[] {
  const wanted = matchNodes(nodes);
  const allowed = matchNodes({ include: [], skip: nodes.skip });
  return groups.filter((group) => labelsOf(group).some(wanted) && labelsOf(group).every(allowed));
}

/**
 * Finds the groups of channels among the wanted nodes.
 *
 * @param choices what is removed of attention, and whether statistics of normalizations may change
 * @throws UsageError for a glob that matches no node
 */
export async function findPrunable(
  model: Model,
  nodes: NodeSelection,
  { shapes, signal }: Pick<Context, 'shapes' | 'signal'>,
  choices: AnalysisChoices = {},
): Promise<Prunable> {
  assertGlobsMatch(
    nodes,
    Array.from(model.nodes(), ({ label }) => label),
  );
  const engine = chooseSplits(model, await shapes.infer(model, new Map(), signal), choices);
  throwIfAborted(signal);
  const groups = selectGroups(findGroups(engine), nodes);
  return { engine, groups, members: findMembers(engine, groups) };
}
