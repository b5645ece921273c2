import { parseSpec, resolveStep, type Step, type TechniqueFamily } from '@onnx-compress/core';
import { registry } from './techniques.js';

/**
 * Turns a SPEC of the command line into a step: `l1:0.4,round=8@/features/**`.
 *
 * @throws UsageError with the nearest name for what is unknown
 * @example resolveSpec('prune', 'l1:0.4')
 */
export function resolveSpec(family: TechniqueFamily, text: string): Step {
  return resolveStep(registry, family, parseSpec(text));
}
