import type { Context, NodeSelection, StepResult } from '@onnx-compress/core';
import { type Model, present } from '@onnx-compress/graph';
import { findPrunable, type Prunable } from './analysis/prunable.js';
import type { Criterion } from './criteria/criterion.js';
import type { StructuredOptions } from './criteria/options.js';
import { keptChannels } from './figures/kept-channels.js';
import { blockedBecause } from './groups/group.js';
import type { Decision, ScoredGroup } from './selection/decision.js';
import { selectPerLayer } from './selection/per-layer.js';
import { skippedNodes } from './skipped-nodes.js';
import { stepMetrics } from './step-metrics.js';
import { removeUnits } from './surgery/remove-units.js';

/** The open groups with their scores, and the decision on those that have none. */
interface Scored {
  readonly scored: readonly ScoredGroup[];
  readonly left: readonly Decision[];
}

async function score(
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

/** Finds the channels that can be removed, scores them, removes the lowest and everything that depends on them. */
export async function pruneModel(
  model: Model,
  criterion: Criterion,
  options: StructuredOptions,
  nodes: NodeSelection,
  context: Context,
): Promise<StepResult> {
  const prunable = await findPrunable(model, nodes, context);
  const { scored, left } = await score(model, prunable, criterion, context);
  const chosen = selectPerLayer(scored, options);
  const decided = new Map([...left, ...chosen].map((decision) => [decision.group, decision]));
  const decisions = prunable.groups.map((group) => present(decided.get(group), 'decision'));
  const changed = removeUnits(model, prunable, decisions);
  return {
    changed,
    skipped: skippedNodes(decisions, prunable.engine, nodes),
    metrics: stepMetrics(decisions, options.ratio),
    figures: keptChannels(decisions),
  };
}
