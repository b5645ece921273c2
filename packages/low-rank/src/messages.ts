import { type Diagnostic, StepError } from '@onnx-compress/core';

/** A budget below what the smallest ranks leave. */
export function partNotReached(amount: 'parameters' | 'macs', asked: number, least: number): Diagnostic {
  const budget = amount === 'parameters' ? 'keep-params' : 'keep-macs';
  return {
    code: 'BUDGET_NOT_REACHED',
    message: `${budget}=${asked} is below what the smallest ranks leave: ${least.toFixed(3)} of the ${amount} of the layers`,
    hint: 'All layers that can be factored are at their smallest ranks; a smaller round allows smaller ones.',
  };
}

/** A choice that is made on samples, without any. */
export function samplesMissing(option: string): StepError {
  return new StepError('SAMPLES_MISSING', `the option ${option} needs sample inputs`, {
    hint: 'Give some with --calib, or choose the ranks by energy, keep-params, keep-macs or rank.',
  });
}
