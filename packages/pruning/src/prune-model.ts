import { type Context, dividedProgress, type NodeSelection, type StepResult } from '@onnx-compress/core';
import { type Model, present } from '@onnx-compress/graph';
import { recover } from '@onnx-compress/recovery';
import { type Allocation, allocationOf } from './allocation/measured-allocation.js';
import { findPrunable, type Prunable } from './analysis/prunable.js';
import { warnOfStatistics } from './changed-statistics.js';
import { meansSource } from './constants/means-source.js';
import type { Criterion } from './criteria/criterion.js';
import { budgetsOf, measuresAllocation, type StructuredOptions } from './criteria/options.js';
import { keptChannels } from './figures/kept-channels.js';
import { removalsOf } from './plan/removals.js';
import { budgetSelector } from './selection/budget-selector.js';
import type { Decision, ScoredGroup } from './selection/decision.js';
import { outlierSelector } from './selection/outlier-selector.js';
import { ratioSelector } from './selection/ratio-selector.js';
import { scoreGroups } from './selection/score-groups.js';
import { scoresAfter } from './selection/scores-after.js';
import type { Selector } from './selection/selector.js';
import { skippedNodes } from './skipped-nodes.js';
import { stepMetrics } from './step-metrics.js';
import type { FindPrunable } from './surgery/pruned-copy.js';
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

/** The contexts of the phases of a step, which share its progress; those of later rounds have a number. */
type Phases = (name: string, round?: number) => Context;

interface Rounds extends Work {
  readonly allocation: Allocation;
  readonly phase: Phases;
}

const inRound = (name: string, round = 0) => (round === 0 ? name : `${name} ${round + 1}`);

/** What is not done takes no part of the progress. */
function phasesOf({ options, context }: Work): Phases {
  const samples = context.calibration !== undefined;
  const [damage, repair] = [samples && measuresAllocation(options), samples && options.recover !== 'off'];
  const rounds = Array.from({ length: options.steps }, (_, round) => [
    ...(round === 0 ? [] : [[inRound('repair', round), repair ? 2 : 0] as const]),
    [inRound('scores', round), 1] as const,
    [inRound('damage', round), damage ? 3 : 0] as const,
  ]);
  const phases = dividedProgress(context, Object.fromEntries([...rounds.flat(), ['repair', repair ? 2 : 0]]));
  return (name, round) => phases(inRound(name, round));
}

/** A copy without some units, repaired as the model itself is in the end. */
async function repairedCopy(work: Rounds, decisions: readonly Decision[], round: number): Promise<Model> {
  const { model, options, find, context, phase } = work;
  const copy = model.clone();
  const prunable = await find(copy);
  const means = meansSource(copy, prunable.engine.types, options.constants, context);
  const { kept } = await removeUnits(copy, prunable, decisions, means);
  await recover({ original: model, changed: copy, kept }, options.recover, phase('repair', round));
  return copy;
}

/** Scores from a copy without the units that go in the first `round` rounds. */
async function scoreAgain(work: Rounds, selector: Selector, scored: readonly ScoredGroup[], round: number) {
  const { prunable, criterion, options, find, allocation, phase } = work;
  const decisions = selector.preview(scored, round / options.steps);
  const copy = await repairedCopy(work, decisions, round);
  const found = await find(copy);
  const fresh = await scoreGroups(copy, found, criterion, phase('scores', round));
  const measured = await allocation.measure(copy, found, fresh.scored, phase('damage', round));
  return scoresAfter(prunable, scored, decisions, found, measured);
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
  const selector = await selectorOf(work);
  const phase = phasesOf(work);
  const first = await scoreGroups(model, prunable, criterion, phase('scores'));
  const rounds = { ...work, phase, allocation: await allocationOf(work) };
  let scored = await rounds.allocation.measure(model, prunable, first.scored, phase('damage'));
  for (let round = 1; round < options.steps; round++) scored = await scoreAgain(rounds, selector, scored, round);
  const { decisions: chosen, metrics, resolvedOptions } = await selector.select(scored);
  const decided = new Map([...first.left, ...chosen].map((decision) => [decision.group, decision]));
  const decisions = prunable.groups.map((group) => present(decided.get(group), 'decision'));
  const means = meansSource(model, prunable.engine.types, options.constants, context);
  const original = model.clone();
  const { changed, kept } = await removeUnits(model, prunable, decisions, means);
  const repairs = await recover({ original, changed: model, kept }, options.recover, phase('repair'));
  warnOfStatistics(prunable.engine, decisions, context);
  const told = rounds.allocation.tell(scored, decisions);
  return {
    changed,
    skipped: skippedNodes(decisions, prunable.engine, nodes),
    metrics: { ...metrics, ...told.metrics, ...stepMetrics(decisions) },
    removals: removalsOf(prunable.engine, decisions),
    figures: [...keptChannels(decisions), ...(told.figures ?? [])],
    repairs,
    ...(resolvedOptions && { resolvedOptions }),
  };
}
