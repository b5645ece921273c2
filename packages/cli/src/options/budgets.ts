import type { Budgets } from 'onnx-compress';
import type { ParsedArguments } from './arguments.js';

/** Limits on the likeness of two models. @throws UsageError for values that are none */
export function fidelityBudgets(args: ParsedArguments): Budgets {
  return {
    minCosine: args.number('min-cosine', { least: -1, most: 1 }),
    minSnr: args.number('min-snr'),
    minAgreement: args.number('min-agreement', { least: 0, most: 1 }),
  };
}

/** All limits of a run; those not given are undefined. @throws UsageError for values that are none */
export function runBudgets(args: ParsedArguments): Budgets {
  const maxRatio = args.number('max-ratio', { above: 0 });
  const minSpeedup = args.number('min-speedup', { above: 0 });
  return { maxBytes: args.bytes('max-size'), maxRatio, minSpeedup, ...fidelityBudgets(args) };
}
