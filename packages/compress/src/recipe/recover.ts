import type { Step } from '@onnx-compress/core';
import type { Recover } from '@onnx-compress/pruning';

/** Gives the recipe's way of recovery to the steps that have the option and leave it at `auto`. */
export function recoverInSteps(steps: readonly Step[], recover: Recover): readonly Step[] {
  return steps.map((step) =>
    step.options.recover === 'auto' ? { ...step, options: { ...step.options, recover } } : step,
  );
}
