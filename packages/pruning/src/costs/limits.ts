import { type BudgetName, budgetsOf, type StructuredOptions } from '../criteria/options.js';
import type { CostName } from './term.js';

/** A budget as an absolute limit. */
export interface Limit {
  readonly budget: BudgetName;
  readonly cost: CostName;
  /** As the option gives it: a part of the original, or bytes. */
  readonly asked: number;
  /** The cost of the original. */
  readonly original: number;
  /** The cost that must not be exceeded. */
  readonly most: number;
}

const COST_OF: Readonly<Record<BudgetName, CostName>> = {
  keepMacs: 'macs',
  keepParams: 'parameters',
  keepLatency: 'latency',
  maxBytes: 'bytes',
};

/** The costs that the budgets of some options limit. */
export function costsOf(options: StructuredOptions): readonly CostName[] {
  return [...budgetsOf(options).keys()].map((budget) => COST_OF[budget]);
}

/** The limits that budgets set for a model. */
export function limitsOf(options: StructuredOptions, original: (cost: CostName) => number): readonly Limit[] {
  return [...budgetsOf(options)].map(([budget, asked]) => {
    const cost = COST_OF[budget];
    const whole = original(cost);
    return { budget, cost, asked, original: whole, most: budget === 'maxBytes' ? asked : asked * whole };
  });
}
