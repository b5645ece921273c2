import { matchNodes, type StepResult } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { runtimeContext } from '@onnx-compress/test-kit/runtime';
import type { Rewrite } from '../../src/rewrite.js';
import { runRewrites } from '../../src/run-rewrites.js';

/** A step applied to a clone, which must be sound afterwards and must not change when the step runs again. */
export interface Outcome extends StepResult {
  readonly model: Model;
}

/** Applies rewrites to a clone of the model, twice. */
export async function rewritten(original: Model, ...rewrites: readonly Rewrite[]): Promise<Outcome> {
  const model = original.clone();
  const scope = { context: runtimeContext(), selected: matchNodes({ include: [], skip: [] }) };
  const result = await runRewrites(model, rewrites, scope);
  const problems = model.validate();
  if (problems.length > 0) throw new Error(`unsound after cleanup:\n${problems.join('\n')}`);
  const again = await runRewrites(model, rewrites, scope);
  if (again.changed.length > 0) throw new Error(`not idempotent: ${JSON.stringify(again.changed)}`);
  return { ...result, model };
}

/** Operator types in graph order. */
export function operators(model: Model): readonly string[] {
  return [...model.nodes()].map(({ opType }) => opType);
}
