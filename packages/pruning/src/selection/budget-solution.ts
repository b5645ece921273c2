import { countModel } from '../costs/count-model.js';
import type { Limit } from '../costs/limits.js';
import type { CostName } from '../costs/term.js';
import { scopeOf } from '../criteria/options.js';
import { budgetUnreachable } from '../messages.js';
import { prunedCopy } from '../surgery/pruned-copy.js';
import { NEAR, reached, specName } from './budget-metrics.js';
import type { Budgets } from './budgets.js';
import { classesOf } from './classes.js';
import type { Decision, ScoredGroup } from './decision.js';
import { decisionsOf } from './decisions.js';
import { normalised } from './normalise.js';
import { Shrinking } from './shrinking.js';
import { shrinkToBudgets } from './to-budgets.js';

/** Times that the file is counted anew where the edits add to it what the cost model does not know of. */
const MOST_CORRECTIONS = 4;

/** The cost of a solution by its name. */
export type Totals = (cost: CostName) => number;

/** Units that go, and what the model costs without them. */
export interface Solution {
  readonly decisions: readonly Decision[];
  readonly missed: readonly Limit[];
  readonly predicted: Totals;
}

/** A solution with its costs counted where the file tells them. */
export interface Counted extends Solution {
  readonly totals: Totals;
}

/** Chooses the units that go by the predicted costs. */
export function solve(
  { costs, options, prunable }: Budgets,
  scored: readonly ScoredGroup[],
  limits: readonly Limit[],
): Solution {
  const shrinking = new Shrinking(scored.map(normalised), options, costs);
  const scope = scopeOf(options);
  const classes = classesOf(shrinking.groups, scope, prunable.members);
  const missed = shrinkToBudgets({ shrinking, costs, limits, classes, scope });
  const totals = new Map(limits.map(({ cost }) => [cost, costs.total(cost)]));
  const decisions = decisionsOf(shrinking);
  for (const member of shrinking.groups) shrinking.settle(member, member.cutTo(member.group.units.length));
  return { decisions, missed, predicted: (cost) => totals.get(cost) ?? 0 };
}

/** The costs of a solution, counted where the file tells them. */
async function countedTotals({ model, find, context }: Budgets, { decisions, predicted }: Solution): Promise<Totals> {
  const counts = await countModel(await prunedCopy(model, decisions, find), context);
  return (cost) => (cost === 'latency' ? predicted(cost) : counts[cost]);
}

/** The largest part of a limit that is used. */
export const use = (limits: readonly Limit[], totals: Totals) =>
  Math.max(...limits.map(({ cost, most }) => totals(cost) / most));

function unreachable(limit: Limit, least: number) {
  return budgetUnreachable(specName(limit.budget), limit.asked, reached(limit, least, Math.ceil));
}

/** The costs that the edits add to what the cost model knows of. */
function additions(limits: readonly Limit[], totals: Totals, predicted: Totals): ReadonlyMap<CostName, number> {
  return new Map(limits.map(({ cost }) => [cost, totals(cost) - predicted(cost)]));
}

/**
 * Chooses the units that go by the counted costs: solves again until these meet the limits, since the edits may add
 * constants and names that no weight has.
 *
 * @throws StepError where a limit cannot be met
 */
export async function solveCounted(budgets: Budgets, scored: readonly ScoredGroup[]): Promise<Counted> {
  const { limits } = budgets;
  let added: ReadonlyMap<CostName, number> = new Map();
  for (let round = 1; ; round++) {
    const extra = (cost: CostName) => added.get(cost) ?? 0;
    const solution = solve(
      budgets,
      scored,
      limits.map((limit) => ({ ...limit, most: limit.most - extra(limit.cost) })),
    );
    const totals = await countedTotals(budgets, solution);
    const missed = limits.find(({ cost }) => solution.missed.some((limit) => limit.cost === cost));
    const exceeded = limits.find(({ cost, most }) => totals(cost) > most);
    const failed = missed ?? (round > MOST_CORRECTIONS ? exceeded : undefined);
    if (failed !== undefined) throw unreachable(failed, totals(failed.cost));
    const found = additions(limits, totals, solution.predicted);
    const settled = round > MOST_CORRECTIONS || limits.every(({ cost }) => found.get(cost) === extra(cost));
    if (exceeded === undefined && (settled || use(limits, totals) >= NEAR)) return { ...solution, totals };
    added = found;
  }
}
