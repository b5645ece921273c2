import {
  assertGlobsMatch,
  type Context,
  matchNodes,
  type NodeSelection,
  type Skip,
  type StepResult,
  throwIfAborted,
  yieldToEventLoop,
} from '@onnx-compress/core';
import { type Model, present } from '@onnx-compress/graph';
import { analyse } from './analyse.js';
import type { Engine } from './axes/engine.js';
import type { Criterion } from './criteria/criterion.js';
import type { StructuredOptions } from './criteria/options.js';
import { keptChannels } from './figures/kept-channels.js';
import { findGroups } from './groups/find-groups.js';
import { blockedBecause, type Group, labelsOf } from './groups/group.js';
import { findMembers, type GroupMembers } from './groups/members.js';
import * as reasons from './reasons.js';
import { unitsToKeep } from './selection/channels-to-keep.js';
import { chooseUnits } from './selection/choose-units.js';
import { applyEdits } from './surgery/apply-edits.js';
import { planEdits } from './surgery/plan-edits.js';
import { reportEdits } from './surgery/report-edits.js';

/** What was decided for one group: the units that go, or why none does. */
interface Decision {
  readonly group: Group;
  readonly units: readonly number[];
  readonly reason: string | undefined;
}

/** The groups that at least one wanted node computes and no skipped one. */
function selectGroups(groups: readonly Group[], nodes: NodeSelection): readonly Group[] {
  const wanted = matchNodes(nodes);
  const allowed = matchNodes({ include: [], skip: nodes.skip });
  return groups.filter((group) => labelsOf(group).some(wanted) && labelsOf(group).every(allowed));
}

async function decide(
  groups: readonly Group[],
  criterion: Criterion,
  options: StructuredOptions,
  engine: Engine,
  context: Context,
): Promise<readonly Decision[]> {
  const members = findMembers(engine, groups);
  const decisions: Decision[] = [];
  for (const [index, group] of groups.entries()) {
    await yieldToEventLoop(context.signal);
    context.progress(index, groups.length, labelsOf(group)[0]);
    const own = present(members.get(group), `members of ${labelsOf(group)}`);
    decisions.push(await decideGroup(group, own, criterion, options, context));
  }
  if (groups.length > 0) context.progress(groups.length, groups.length);
  return decisions;
}

async function decideGroup(
  group: Group,
  members: GroupMembers,
  criterion: Criterion,
  options: StructuredOptions,
  context: Context,
): Promise<Decision> {
  const blocked = blockedBecause(group);
  if (blocked !== undefined) return { group, units: [], reason: blocked };
  const { units, channelsPerUnit } = group;
  const count = units.length - unitsToKeep(units.length, channelsPerUnit, options);
  const allKept = reasons.allKept(units.length * channelsPerUnit);
  if (count === 0) return { group, units: [], reason: allKept };
  const scores = await criterion(members, context);
  if (scores.kind === 'unscored') return { group, units: [], reason: scores.reason };
  const chosen = chooseUnits(group, scores.perUnit, count);
  return { group, units: chosen, reason: chosen.length > 0 ? undefined : allKept };
}

function skipsOf(decisions: readonly Decision[], engine: Engine, nodes: NodeSelection): readonly Skip[] {
  const wanted = matchNodes(nodes);
  const skips = decisions.flatMap(({ group, reason }) =>
    reason === undefined ? [] : labelsOf(group).map((node) => ({ node, reason })),
  );
  const hidden = [...engine.unprunable].map(([node, reason]) => ({ node: node.label, reason }));
  return [...skips, ...hidden.filter(({ node }) => wanted(node))];
}

function metricsOf(decisions: readonly Decision[], requestedRatio: number): StepResult['metrics'] {
  const open = decisions.filter(({ group }) => blockedBecause(group) === undefined);
  const channels = (of: (decision: Decision) => number) =>
    open.reduce((sum, decision) => sum + of(decision) * decision.group.channelsPerUnit, 0);
  const channelsBefore = channels(({ group }) => group.units.length);
  const removed = channels(({ units }) => units.length);
  return {
    requestedRatio,
    achievedRatio: channelsBefore === 0 ? 0 : removed / channelsBefore,
    channelsBefore,
    channelsAfter: channelsBefore - removed,
    groups: decisions.length,
    groupsPruned: decisions.filter(({ units }) => units.length > 0).length,
    groupsSkipped: decisions.filter(({ reason }) => reason !== undefined).length,
  };
}

/** Finds the channels that can be removed, scores them, removes the lowest and everything that depends on them. */
export async function pruneModel(
  model: Model,
  criterion: Criterion,
  options: StructuredOptions,
  nodes: NodeSelection,
  context: Context,
): Promise<StepResult> {
  assertGlobsMatch(
    nodes,
    Array.from(model.nodes(), ({ label }) => label),
  );
  const engine = analyse(model, await context.shapes.infer(model, new Map(), context.signal));
  throwIfAborted(context.signal);
  const groups = selectGroups(findGroups(engine), nodes);
  const decisions = await decide(groups, criterion, options, engine, context);
  const edits = planEdits(
    engine,
    decisions.flatMap(({ units }) => units),
  );
  const changed = reportEdits(edits);
  if (edits.length > 0) applyEdits(model, edits);
  return {
    changed,
    skipped: skipsOf(decisions, engine, nodes),
    metrics: metricsOf(decisions, options.ratio),
    figures: keptChannels(decisions),
  };
}
