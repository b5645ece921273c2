import type { Context, NodeSelection, StepResult } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { findPrunable } from '../analysis/prunable.js';
import { keptChannels } from '../figures/kept-channels.js';
import { blockedBecause, type Group } from '../groups/group.js';
import { removalsOf } from '../plan/removals.js';
import * as reasons from '../reasons.js';
import type { Decision } from '../selection/decision.js';
import { skippedNodes } from '../skipped-nodes.js';
import { stepMetrics } from '../step-metrics.js';
import { removeUnits } from '../surgery/remove-units.js';
import { type ConstantChannels, constantChannels } from './constant-channels.js';
import type { Units } from './units.js';

/** The units among `zero` of a group that may go: every axis keeps at least one of its units, the first. */
function removable({ units, pinned, cells }: Group, zero: Units): readonly number[] {
  const left = [new Set(units), ...cells].map((cell) => ({ cell, size: cell.size }));
  const chosen: number[] = [];
  for (const unit of units.toReversed()) {
    const own = left.filter(({ cell }) => cell.has(unit));
    if (!zero.has(unit) || pinned.has(unit) || own.some(({ size }) => size === 1)) continue;
    for (const entry of own) entry.size--;
    chosen.push(unit);
  }
  return chosen.reverse();
}

function decide(group: Group, { removable: zero, kept }: ConstantChannels): Decision {
  const units = removable(group, zero);
  if (units.length > 0) return { group, units, reason: undefined };
  const [constant] = group.units.flatMap((unit) => kept.get(unit) ?? []);
  return { group, units, reason: blockedBecause(group) ?? constant ?? reasons.noZeroChannel() };
}

/** Removes the channels that are zero or a constant wherever they are used, in place. */
export async function removeZeroChannels(model: Model, nodes: NodeSelection, context: Context): Promise<StepResult> {
  const prunable = await findPrunable(model, nodes, context);
  const found = await constantChannels(prunable.engine, model.graph);
  const decisions = prunable.groups.map((group) => decide(group, found));
  const removals = removalsOf(prunable.engine, decisions);
  const { changed } = await removeUnits(model, prunable, decisions, found.means);
  return {
    changed,
    skipped: skippedNodes(decisions, prunable.engine, nodes),
    metrics: stepMetrics(decisions),
    removals,
    figures: keptChannels(decisions),
  };
}
