import { checkStep, type JsonValue, type Step, type TechniqueFamily } from '@onnx-compress/core';
import { registry } from './techniques.js';

/** Options of a technique by key (`keepMacs`), besides the globs of the nodes it may touch and must leave alone. */
export interface StepOptions {
  readonly include?: readonly string[] | undefined;
  readonly skip?: readonly string[] | undefined;
  readonly [option: string]: JsonValue | undefined;
}

function step(family: TechniqueFamily, technique: string, { include, skip, ...options }: StepOptions): Step {
  return checkStep(registry, { family, technique, options, include, skip }, `${family} ${technique}`);
}

/**
 * A pruning step as plain data, with the defaults of its technique filled in.
 *
 * @throws UsageError for an unknown technique or option
 * @example prune('l1', { ratio: 0.4, skip: ['/head/**'] })
 */
export function prune(technique: string, options: StepOptions = {}): Step {
  return step('prune', technique, options);
}

/**
 * A step of low-rank factorization as plain data, with the defaults of its technique filled in.
 *
 * @throws UsageError for an unknown technique or option
 * @example lowRank('svd', { energy: 0.95, skip: ['/head/**'] })
 */
export function lowRank(technique: string, options: StepOptions = {}): Step {
  return step('low-rank', technique, options);
}

/**
 * A quantization step as plain data. Of several, a later one with `include` overrides an earlier one for those nodes.
 *
 * @throws UsageError for an unknown technique or option
 * @example quantize('int8-per-channel')
 */
export function quantize(technique: string, options: StepOptions = {}): Step {
  return step('quant', technique, options);
}

/**
 * A cleanup step as plain data: `tidy` or `fold`. A list of steps that names one takes cleanup over as a whole.
 *
 * @throws UsageError for an unknown technique or option
 */
export function cleanup(technique: string, options: StepOptions = {}): Step {
  return step('cleanup', technique, options);
}
