import type { StepResult } from '@onnx-compress/core';
import type { Limit } from '../costs/limits.js';
import type { BudgetName } from '../criteria/options.js';

/** A result below this part of its limit is told as far from it. */
export const NEAR = 0.97;

/** How a spec writes each budget. */
const SPEC_NAMES: Readonly<Record<BudgetName, string>> = {
  keepMacs: 'keep-macs',
  keepParams: 'keep-params',
  keepLatency: 'keep-latency',
  maxBytes: 'max-bytes',
};

/** Metrics of each budget: what was asked, and what came of it. */
const METRICS: Readonly<Record<BudgetName, readonly [string, string]>> = {
  keepMacs: ['requestedKeepMacs', 'achievedKeepMacs'],
  keepParams: ['requestedKeepParams', 'achievedKeepParams'],
  keepLatency: ['requestedKeepLatency', 'predictedKeepLatency'],
  maxBytes: ['requestedMaxBytes', 'achievedBytes'],
};

export const specName = (budget: BudgetName): string => SPEC_NAMES[budget];

/** A cost in the words of its budget: bytes, or a part of the original to three decimals. */
export function reached(
  { budget, original }: Limit,
  cost: number,
  round: (value: number) => number = Math.round,
): number {
  return budget === 'maxBytes' ? round(cost) : round((cost / original) * 1000) / 1000;
}

/** Requested and achieved, as a report has them. */
export function budgetMetrics(
  limits: readonly Limit[],
  totals: (cost: Limit['cost']) => number,
): StepResult['metrics'] {
  return Object.fromEntries(
    limits.flatMap(({ budget, cost, asked, original }) => {
      const unit = budget === 'maxBytes' || original === 0 ? 1 : original;
      const [requested, achieved] = METRICS[budget];
      return [
        [requested, asked],
        [achieved, totals(cost) / unit],
      ];
    }),
  );
}
