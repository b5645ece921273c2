import { type Context, matchNodes, type NodeSelection, type Removal, type StepResult } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { recover } from '@onnx-compress/recovery';
import { findPrunable, type Prunable } from '../analysis/prunable.js';
import type { Recover } from '../criteria/recover.js';
import { keptChannels } from '../figures/kept-channels.js';
import { blockedBecause, type Group } from '../groups/group.js';
import * as messages from '../messages.js';
import type { Decision } from '../selection/decision.js';
import { stepMetrics } from '../step-metrics.js';
import { removeUnits } from '../surgery/remove-units.js';
import type { PlannedRemovals } from './plan.js';
import { plannedMeans } from './planned-means.js';
import { removalsOf } from './removals.js';

/** The group that computes the channels of a removal, and the units that they are. */
interface Found {
  readonly group: Group;
  readonly units: readonly number[];
}

/** @throws UsageError where the model has no such channels, or they cannot go by themselves */
function find({ engine, groups }: Prunable, removal: Removal): Found {
  const { tensor, axis, node, size, channels } = removal;
  const producers = engine.producers.filter((own) => own.weight.name === tensor && own.axis === axis);
  const producer = producers.find((own) => own.node.label === node) ?? producers[0];
  if (producer === undefined) throw messages.planHasOtherWeight(removal);
  const { atoms } = producer;
  if (atoms.length !== size) throw messages.planHasOtherSize(removal, atoms.length);
  const sets = engine.dependencies.atoms;
  const units = new Set<number>();
  for (const channel of channels) {
    const atom = atoms[channel];
    if (atom === undefined) throw messages.planHasOtherChannel(removal, channel);
    const pinned = sets.pinnedBecause(atom);
    if (pinned !== undefined) throw messages.planRemovesPinned(removal, channel, pinned);
    units.add(sets.find(atom));
  }
  const listed = new Set(channels);
  const missing = [...atoms.keys()].find((at) => !listed.has(at) && units.has(sets.find(atoms[at] ?? -1)));
  if (missing !== undefined) throw messages.planSplitsUnit(removal, missing);
  const group = groups.find(({ producers: own }) => own.includes(producer));
  if (group === undefined) throw messages.planHasOtherWeight(removal);
  return { group, units: [...units] };
}

/** @throws UsageError where the plan would leave nothing of an axis */
function decisionsOf({ groups }: Prunable, removals: readonly Removal[], found: readonly Found[]): readonly Decision[] {
  const unitsOf = new Map<Group, Set<number>>();
  for (const { group, units } of found) unitsOf.set(group, new Set([...(unitsOf.get(group) ?? []), ...units]));
  for (const [index, { group }] of found.entries()) {
    const gone = unitsOf.get(group) ?? new Set();
    const emptied = [new Set(group.units), ...group.cells].some((cell) => [...cell].every((unit) => gone.has(unit)));
    const removal = removals[index];
    if (emptied && removal !== undefined) throw messages.planRemovesAll(removal);
  }
  return groups.map((group) => {
    const units = [...(unitsOf.get(group) ?? [])];
    return { group, units, reason: units.length > 0 ? undefined : blockedBecause(group) };
  });
}

/**
 * Removes the channels that a plan lists and everything that depends on them, in place, and repairs the layers behind.
 *
 * @throws UsageError where the plan does not fit the model, naming the first difference
 */
export async function replayPlan(
  model: Model,
  { attention, statistics, removals: planned, constants }: PlannedRemovals,
  method: Recover,
  nodes: NodeSelection,
  context: Context,
): Promise<StepResult> {
  const wanted = matchNodes(nodes);
  const removals = planned.filter(({ node }) => wanted(node));
  const prunable = await findPrunable(model, { include: [], skip: [] }, context, { attention, statistics });
  const found = removals.map((removal) => find(prunable, removal));
  const decisions = decisionsOf(prunable, removals, found);
  const replayed = removalsOf(prunable.engine, decisions);
  const original = model.clone();
  const { changed, kept } = await removeUnits(model, prunable, decisions, ...plannedMeans(model, constants));
  const repairs = await recover({ original, changed: model, kept }, method, context);
  const metrics = stepMetrics(decisions);
  return { changed, skipped: [], metrics, removals: replayed, figures: keptChannels(decisions), repairs };
}
