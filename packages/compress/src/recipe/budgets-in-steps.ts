import type { Step } from '@onnx-compress/core';
import type { Budgets } from '../budgets.js';

/** A limit that steps search by: the switch that makes them search, and the option that is named like the budget. */
const SEARCHES = [
  { switch: 'autoFallback', limit: 'minSnr' },
  { switch: 'auto', limit: 'minCosine' },
] as const satisfies readonly { readonly switch: string; readonly limit: keyof Budgets }[];

function withLimits(step: Step, budgets: Budgets): Step {
  const { options } = step;
  const inherited = SEARCHES.flatMap(({ switch: search, limit }) => {
    const value = budgets[limit];
    return options[search] === true && options[limit] === undefined && value !== undefined ? [[limit, value]] : [];
  });
  return inherited.length === 0 ? step : { ...step, options: { ...options, ...Object.fromEntries(inherited) } };
}

/**
 * Gives the limits of the budgets to the steps that search for what keeps them and name none of their own: the
 * signal-to-noise ratio to those that return layers to float, the cosine to those that choose ranks.
 */
export function budgetsInSteps(steps: readonly Step[], budgets: Budgets): readonly Step[] {
  return steps.map((step) => withLimits(step, budgets));
}
