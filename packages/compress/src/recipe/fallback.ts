import type { Step } from '@onnx-compress/core';
import type { Budgets } from '../budgets.js';

/** Gives the budget's signal-to-noise ratio to the steps that return layers to float and name none of their own. */
export function fallbackInSteps(steps: readonly Step[], { minSnr }: Budgets): readonly Step[] {
  if (minSnr === undefined) return steps;
  return steps.map((step) =>
    step.options.autoFallback === true && step.options.minSnr === undefined
      ? { ...step, options: { ...step.options, minSnr } }
      : step,
  );
}
