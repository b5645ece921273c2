import type { Limit } from '../costs/limits.js';
import { storedCosts } from '../criteria/latency-costs.js';
import { budgetNotNear, latencyAbove } from '../messages.js';
import { budgetMetrics, NEAR, reached, specName } from './budget-metrics.js';
import { type Counted, solve, solveCounted, use } from './budget-solution.js';
import type { BudgetWork } from './budget-work.js';
import { type Budgets, prepareBudgets } from './budgets.js';
import type { ScoredGroup } from './decision.js';
import { solveMeasured } from './measured-solution.js';
import type { Selected, Selector } from './selector.js';

function warnWhereFar(
  { limits, context, options }: Budgets,
  { decisions, totals }: Pick<Counted, 'decisions' | 'totals'>,
): void {
  if (use(limits, totals) >= NEAR || decisions.every(({ units }) => units.length === 0)) return;
  for (const limit of limits) {
    const nearest = reached(limit, totals(limit.cost));
    context.warn(budgetNotNear(specName(limit.budget), limit.asked, nearest, options.round));
  }
}

function selectedBy({ limits, latency }: Budgets, { decisions, totals }: Counted): Selected {
  const metrics = budgetMetrics(limits, totals);
  return { decisions, metrics, ...(latency && { resolvedOptions: { costs: storedCosts(latency) } }) };
}

async function selectWithin(budgets: Budgets, scored: readonly ScoredGroup[]): Promise<Selected> {
  const solution = await solveCounted(budgets, scored);
  warnWhereFar(budgets, solution);
  return selectedBy(budgets, solution);
}

async function selectMeasured(prepared: Budgets, scored: readonly ScoredGroup[], most: number): Promise<Selected> {
  const { budgets, solution, measured } = await solveMeasured(prepared, scored, most);
  const { decisions, totals } = solution;
  const time = measured.ratio * budgets.costs.total('latency');
  warnWhereFar(budgets, { decisions, totals: (cost) => (cost === 'latency' ? time : totals(cost)) });
  if (measured.ratio > most) budgets.context.warn(latencyAbove(most, measured.ratio));
  const { metrics, ...selected } = selectedBy(budgets, solution);
  return { ...selected, metrics: { ...metrics, measuredKeepLatency: measured.ratio } };
}

/** What a limit is after a part of the way. */
function partOf(limit: Limit, part: number): Limit {
  const { most, original } = limit;
  return { ...limit, most: most < original ? original * (most / original) ** part : most };
}

/**
 * Removes what meets the budgets. With the scope `global` it removes where the damage per cost saved is lowest;
 * otherwise all layers, or classes of isomorphic layers, lose the same share. Times that the options do not have are
 * measured, and so is what comes of them.
 *
 * @throws StepError where the model cannot be timed although a budget limits its time
 */
export async function budgetSelector(work: BudgetWork): Promise<Selector> {
  const budgets = await prepareBudgets(work);
  const { keepLatency, costs } = work.options;
  return {
    preview: (scored, part) =>
      solve(
        budgets,
        scored,
        budgets.limits.map((limit) => partOf(limit, part)),
      ).decisions,
    select: (scored) =>
      keepLatency === undefined || costs !== undefined
        ? selectWithin(budgets, scored)
        : selectMeasured(budgets, scored, keepLatency),
  };
}
