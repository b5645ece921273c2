import type { Context, Diagnostic, StepResult } from '@onnx-compress/core';
import { seededRandom } from '@onnx-compress/core';
import type { Dim, Model, Tensor } from '@onnx-compress/graph';
import { floatsToTensor, int32Tensor, int64Tensor, present } from '@onnx-compress/graph';
import { randomFloats } from '@onnx-compress/test-kit';
import { runtimeContext } from '@onnx-compress/test-kit/runtime';
import type { z } from 'zod';
import { type StructuredOptions, structuredOptions } from '../src/criteria/options.js';
import { weightNorm } from '../src/criteria/weight-norm.js';
import { structuredPruning } from '../src/structured-pruning.js';

/** Shapes of a model, with symbolic dimensions left symbolic. */
export const inferShapes = (model: Model, dims: ReadonlyMap<string, number> = new Map()) =>
  runtimeContext().shapes.infer(model, dims, new AbortController().signal);

/** What a step sees in tests; warnings and progress go to the given lists. */
export function testContext(warnings: Diagnostic[] = [], progress: (readonly [number, number])[] = []): Context {
  return { ...runtimeContext(undefined, warnings), progress: (done, total) => progress.push([done, total]) };
}

/** Options as a step gets them, defaults filled in. */
export const optionsWith = (given: z.input<typeof structuredOptions>): StructuredOptions =>
  structuredOptions.parse(given);

/** Options with which small layers shrink as asked, and removed channels count as zero. */
export const exactly = (ratio: number): StructuredOptions =>
  optionsWith({ ratio, round: 1, minKeep: 0, constants: 'zero', recover: 'off' });

/** Prunes a copy by L1 norm. */
export async function pruned(
  original: Model,
  options: StructuredOptions,
): Promise<{ readonly model: Model; readonly result: StepResult }> {
  const model = original.clone();
  const transform = structuredPruning('l1', weightNorm(1), options, { include: [], skip: [] });
  return { model, result: await transform.run(model, testContext()) };
}

/** Small random values for every graph input; an unknown batch size becomes 2, any other unknown size 64. */
export function randomFeeds(model: Model, seed = 1): Record<string, Tensor> {
  const size = (dim: Dim, axis: number) => (typeof dim === 'number' ? dim : axis === 0 ? 2 : 64);
  const feeds: Record<string, Tensor> = {};
  for (const [index, input] of model.graph.inputs.entries()) {
    const { dataType, dims } = present(input.declared, input.name);
    const shape = (dims ?? []).map(size);
    feeds[input.name] = randomTensor(present(dataType, input.name), shape, seed + index);
  }
  return feeds;
}

function randomTensor(dataType: string, dims: readonly number[], seed: number): Tensor {
  const count = dims.reduce((product, next) => product * next, 1);
  const random = seededRandom(seed, 'feeds');
  const values = Array.from({ length: count }, () => random.integer(200));
  if (dataType === 'int64') return int64Tensor(dims, values);
  if (dataType === 'int32') return int32Tensor(dims, values);
  if (dataType !== 'float16') return randomFloats(dims, seed);
  return floatsToTensor(
    'float16',
    dims,
    Float32Array.from(values, (value) => value / 100 - 1),
  );
}
