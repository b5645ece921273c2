import { throwIfAborted } from '@onnx-compress/core';
import { type Model, modelBytes, type Tensor } from '@onnx-compress/graph';
import type { RewriteScope } from '../rewrite.js';
import type { ConstantPart } from './parts.js';
import { regionModel } from './region-model.js';

/** A part with its results by name, or with what stopped onnxruntime. */
export type EvaluatedPart =
  | { readonly part: ConstantPart; readonly results: ReadonlyMap<string, Tensor> }
  | { readonly part: ConstantPart; readonly failure: string };

/** Parts are evaluated together up to this many bytes of weights. */
const BATCH_BYTES = 16 * 1024 * 1024;

/** Runs the parts in onnxruntime, many in one model; when that fails, each by itself. */
export async function evaluateParts(
  model: Model,
  parts: readonly ConstantPart[],
  scope: RewriteScope,
): Promise<readonly EvaluatedPart[]> {
  const evaluated: EvaluatedPart[] = [];
  for (const batch of batches(parts)) {
    throwIfAborted(scope.context.signal);
    const together = await evaluate(model, batch, scope);
    if (!together.some((one) => 'failure' in one) || batch.length === 1) evaluated.push(...together);
    else for (const part of batch) evaluated.push(...(await evaluate(model, [part], scope)));
  }
  return evaluated;
}

async function evaluate(
  model: Model,
  parts: readonly ConstantPart[],
  scope: RewriteScope,
): Promise<readonly EvaluatedPart[]> {
  const nodes = parts.flatMap((part) => part.nodes);
  const weights = new Map(parts.flatMap((part) => [...part.weights]));
  const results = parts.flatMap((part) => part.results);
  const { evaluator, signal } = scope.context;
  try {
    const bytes = await modelBytes(regionModel(model, nodes, weights, results));
    const values = await evaluator.evaluate(bytes, new Map(), signal);
    return parts.map((part) => ({ part, results: values }));
  } catch (error) {
    throwIfAborted(signal);
    const failure = error instanceof Error ? error.message : String(error);
    return parts.map((part) => ({ part, failure }));
  }
}

function batches(parts: readonly ConstantPart[]): readonly (readonly ConstantPart[])[] {
  const groups: ConstantPart[][] = [];
  let filled = Number.POSITIVE_INFINITY;
  for (const part of parts) {
    const bytes = [...part.weights.values()].reduce((sum, { tensor }) => sum + tensor.byteLength, 0);
    if (filled + bytes > BATCH_BYTES) {
      groups.push([]);
      filled = 0;
    }
    groups.at(-1)?.push(part);
    filled += bytes;
  }
  return groups;
}
