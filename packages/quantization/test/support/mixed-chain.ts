import type { Context, StepResult, Technique } from '@onnx-compress/core';
import { encodedLength, float32Tensor, type Model } from '@onnx-compress/graph';
import { buildModel, randomFloats, randomValues, samplesOf } from '@onnx-compress/test-kit';
import { runtimeContext } from '@onnx-compress/test-kit/runtime';
import { quantizationTechniques } from '../../src/index.js';
import { mixedTransform } from '../../src/mixed/mixed-transform.js';
import { type MixedOptions, mixedOptions } from '../../src/mixed/options.js';

export const SIZE = 64;
export const LAYERS = ['first', 'second', 'third', 'fourth'];

/** A chain of products with Relu between them; the second one has a column that is far larger than the others. */
export function chain(): Model {
  const uneven = randomValues(SIZE * SIZE, 12, 0.2).map((value, at) => (at % SIZE === 5 ? 40 * value : value));
  const values = ['x', ...LAYERS.slice(0, -1).map((name) => `${name}_relu`)];
  return buildModel({
    inputs: { x: ['float32', [1, SIZE]] },
    outputs: ['y'],
    weights: {
      ...Object.fromEntries(LAYERS.map((name, seed) => [`${name}_w`, randomFloats([SIZE, SIZE], seed + 1)])),
      second_w: float32Tensor([SIZE, SIZE], uneven),
    },
    nodes: LAYERS.flatMap((name, index) => {
      const isLast = index === LAYERS.length - 1;
      const product = { opType: 'MatMul', name, inputs: [values[index] ?? '', `${name}_w`], outputs: [`${name}_out`] };
      const outputs = [isLast ? 'y' : `${name}_relu`];
      return [product, { opType: isLast ? 'Identity' : 'Relu', inputs: [`${name}_out`], outputs }];
    }),
  });
}

/** Samples for the chain. */
export const samples = (count = 6) =>
  samplesOf(
    'x',
    Array.from({ length: count }, (_, seed) => float32Tensor([1, SIZE], randomValues(SIZE, 100 + seed, 1))),
  );

/** What a run of mixed precision gave. */
export interface Mixed extends StepResult {
  readonly model: Model;
  readonly bytes: number;
}

/** Runs mixed precision on a copy. */
export async function mixed(
  original: Model,
  options: Partial<MixedOptions>,
  context: Context = runtimeContext(samples()),
  techniques: readonly Technique[] = quantizationTechniques,
): Promise<Mixed> {
  const model = original.clone();
  const checked = mixedOptions.parse({ formats: ['int8-weight-only', 'fp16', 'float32'], ...options });
  const result = await mixedTransform(checked, { include: [], skip: [] }, techniques).run(model, context);
  const problems = model.validate();
  if (problems.length > 0) throw new Error(`unsound: ${problems.join(', ')}`);
  return { ...result, model, bytes: await encodedLength(model) };
}

/** The format of each changed layer. */
export const formatsIn = ({ changed }: StepResult) =>
  Object.fromEntries(changed.map(({ node, format }) => [node, format]));
