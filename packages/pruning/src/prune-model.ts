import type { Context, NodeSelection, StepResult } from '@onnx-compress/core';
import { type Model, present } from '@onnx-compress/graph';
import { findPrunable, type Prunable } from './analysis/prunable.js';
import { warnOfStatistics } from './changed-statistics.js';
import { meansSource } from './constants/means-source.js';
import type { Criterion } from './criteria/criterion.js';
import { budgetsOf, type StructuredOptions } from './criteria/options.js';
import { keptChannels } from './figures/kept-channels.js';
import { removalsOf } from './plan/removals.js';
import { budgetSelector } from './selection/budget-selector.js';
import type { ScoredGroup } from './selection/decision.js';
import { outlierSelector } from './selection/outlier-selector.js';
import { ratioSelector } from './selection/ratio-selector.js';
import { scoreGroups } from './selection/score-groups.js';
import { scoresAfter } from './selection/scores-after.js';
import type { Selector } from './selection/selector.js';
import { skippedNodes } from './skipped-nodes.js';
import { stepMetrics } from './step-metrics.js';
import { type FindPrunable, prunedCopy } from './surgery/pruned-copy.js';
import { removeUnits } from './surgery/remove-units.js';

/** What all rounds of one step work with. */
interface Work {
  readonly model: Model;
  readonly prunable: Prunable;
  readonly criterion: Criterion;
  readonly options: StructuredOptions;
  readonly find: FindPrunable;
  readonly context: Context;
}

/** The context of one of several rounds, which all count towards the same progress. */
function contextOfRound(context: Context, round: number, steps: number): Context {
  return {
    ...context,
    progress: (done, total, label) => context.progress(round * total + done, steps * total, label),
  };
}

/** Scores from a copy without the units that go in the first `round` rounds. */
async function scoreAgain(work: Work, selector: Selector, scored: readonly ScoredGroup[], round: number) {
  const { model, prunable, criterion, options, find, context } = work;
  const decisions = selector.preview(scored, round / options.steps);
  const copy = await prunedCopy(model, decisions, find, (of, { engine }) =>
    meansSource(of, engine.types, options.constants, context),
  );
  const found = await find(copy);
  const fresh = await scoreGroups(copy, found, criterion, contextOfRound(context, round, options.steps));
  return scoresAfter(prunable, scored, decisions, found, fresh.scored);
}

/** What the options ask for; where they name no amount, the units that stand out by their scores. */
async function selectorOf(work: Work): Promise<Selector> {
  const { prunable, options } = work;
  if (options.ratio !== undefined) return ratioSelector(prunable, options, options.ratio);
  return budgetsOf(options).size > 0 ? budgetSelector(work) : outlierSelector(options);
}

/**
 * Finds the channels that can be removed, scores them, removes the lowest and everything that depends on them. With
 * several steps, scores come from copies that are pruned further and further; the model itself is cut once.
 *
 * @throws StepError where a budget cannot be met, or the model not be timed for it
 */
export async function pruneModel(
  model: Model,
  criterion: Criterion,
  options: StructuredOptions,
  nodes: NodeSelection,
  context: Context,
): Promise<StepResult> {
  const prunable = await findPrunable(model, nodes, context, options);
  const splits = prunable.engine.dependencies.splits.kept();
  const find: FindPrunable = (of) => findPrunable(of, nodes, context, { ...options, splits });
  const work = { model, prunable, criterion, options, find, context };
  const { steps } = options;
  const selector = await selectorOf(work);
  const first = await scoreGroups(model, prunable, criterion, contextOfRound(context, 0, steps));
  let { scored } = first;
  for (let round = 1; round < steps; round++) scored = await scoreAgain(work, selector, scored, round);
  const { decisions: chosen, metrics, resolvedOptions } = await selector.select(scored);
  const decided = new Map([...first.left, ...chosen].map((decision) => [decision.group, decision]));
  const decisions = prunable.groups.map((group) => present(decided.get(group), 'decision'));
  const means = meansSource(model, prunable.engine.types, options.constants, context);
  const changed = await removeUnits(model, prunable, decisions, means);
  warnOfStatistics(prunable.engine, decisions, context);
  return {
    changed,
    skipped: skippedNodes(decisions, prunable.engine, nodes),
    metrics: { ...metrics, ...stepMetrics(decisions) },
    removals: removalsOf(prunable.engine, decisions),
    figures: keptChannels(decisions),
    ...(resolvedOptions && { resolvedOptions }),
  };
}
