import { costModel } from '../costs/cost-model.js';
import type { CostState } from '../costs/cost-state.js';
import { countModel, type ModelCounts } from '../costs/count-model.js';
import { costsOf, type Limit, limitsOf } from '../costs/limits.js';
import type { LatencyCosts } from '../criteria/latency-costs.js';
import { latencyNotMeasured } from '../messages.js';
import type { BudgetWork } from './budget-work.js';
import { measuredCosts } from './measured-costs.js';

/** Prepared budgets: the costs of the model as a function of what goes, and their limits. */
export interface Budgets extends BudgetWork {
  readonly counts: ModelCounts;
  readonly costs: CostState;
  readonly limits: readonly Limit[];
  /** Undefined where no time is limited. */
  readonly latency: LatencyCosts | undefined;
}

function budgetsWith(work: BudgetWork, counts: ModelCounts, latency: LatencyCosts | undefined): Budgets {
  const { model, prunable, options } = work;
  const costs = costModel(model, prunable.engine, counts, costsOf(options), latency);
  if (latency !== undefined && !(costs.total('latency') > 0)) throw latencyNotMeasured(undefined);
  return { ...work, counts, costs, latency, limits: limitsOf(options, (cost) => costs.total(cost)) };
}

/** The same budgets with other times. */
export const withLatency = (budgets: Budgets, latency: LatencyCosts): Budgets =>
  budgetsWith(budgets, budgets.counts, latency);

/**
 * Counts the model, and times it where a time is limited and the options have no times.
 *
 * @throws StepError where the model cannot be timed although a budget limits its time
 */
export async function prepareBudgets(work: BudgetWork): Promise<Budgets> {
  const { model, options, context } = work;
  const counts = await countModel(model, context);
  if (options.keepLatency === undefined) return budgetsWith(work, counts, undefined);
  return budgetsWith(work, counts, options.costs ?? (await measuredCosts(work, counts)));
}
