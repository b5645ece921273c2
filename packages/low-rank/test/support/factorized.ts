import {
  type Calibration,
  type Context,
  createRegistry,
  createTransform,
  type Diagnostic,
  parseSpec,
  resolveStep,
  type StepResult,
} from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { runtimeContext } from '@onnx-compress/test-kit/runtime';
import { lowRankTechniques } from '../../src/index.js';

const registry = createRegistry(lowRankTechniques);

/** What a factorization gave. */
export interface FactorizedOutcome extends StepResult {
  readonly model: Model;
  readonly warnings: readonly Diagnostic[];
}

/** Runs a step that is written as on the command line, `svd:energy=0.9`, on a clone of the model. */
export async function factorized(
  original: Model,
  spec: string,
  calibration?: Calibration,
  context: Partial<Context> = {},
): Promise<FactorizedOutcome> {
  const model = original.clone();
  const warnings: Diagnostic[] = [];
  const transform = createTransform(registry, resolveStep(registry, 'low-rank', parseSpec(spec)));
  const result = await transform.run(model, { ...runtimeContext(calibration, warnings), ...context });
  const problems = model.validate();
  if (problems.length > 0) throw new Error(`unsound after factorization:\n${problems.join('\n')}`);
  return { ...result, model, warnings };
}
