import type { Calibration, Diagnostic, StepResult } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { randomFloats, samplesOf } from '@onnx-compress/test-kit';
import { runtimeContext } from '@onnx-compress/test-kit/runtime';
import { dyadicOptions } from '../../src/dyadic/dyadic-options.js';
import { dyadicTransform } from '../../src/dyadic/dyadic-transform.js';
import { ConvNet } from './conv-net.js';

export const INPUT_DIMS = [1, 8, 16, 16];

/** Convolutions, a branch that is added, a pool, an average and a product of matrices. */
export function residualNet(): Model {
  const net = new ConvNet(INPUT_DIMS);
  const first = net.convRelu('first', 'x', 16, { kernel: 3 });
  const second = net.convRelu('second', first, 16, { kernel: 3 });
  const third = net.conv('third', second, 16, { kernel: 3 });
  const added = net.op('Relu', 'added', [net.op('Add', 'sum', [third, first])]);
  const pooled = net.op('MaxPool', 'pooled', [added], {
    kernel_shape: { ints: [2, 2] },
    strides: { ints: [2, 2] },
  });
  const fourth = net.convRelu('fourth', pooled, 32, { kernel: 3 });
  const fifth = net.convRelu('fifth', fourth, 32, { kernel: 3 });
  const means = net.op('Flatten', 'flat', [net.op('GlobalAveragePool', 'means', [fifth])]);
  net.op('Gemm', 'y', [means, net.floats([10, 32]), net.floats([10])], { transB: { int: 1 } });
  return net.model(['y']);
}

/** Convolutions with functions between that no range replaces, a pool behind one, and a product with another. */
export function functionsNet(): Model {
  const net = new ConvNet(INPUT_DIMS);
  const leaky = net.op('LeakyRelu', 'leaky', [net.conv('first', 'x', 16, { kernel: 3 })], { alpha: { float: 0.1 } });
  const bent = net.op('Tanh', 'bent', [net.conv('second', leaky, 16, { kernel: 3 })]);
  const pooled = net.op('MaxPool', 'pooled', [bent], { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } });
  const third = net.conv('third', pooled, 32, { kernel: 3 });
  const gated = net.op('Mul', 'gated', [third, net.op('Sigmoid', 'gate', [third])]);
  const hard = net.op('HardSwish', 'hard', [net.conv('fourth', gated, 32, { kernel: 3 })]);
  net.conv('y', hard, 32, { kernel: 3 });
  return net.model(['y']);
}

/** An input like those that calibrate. */
export const picture = (seed: number) => randomFloats(INPUT_DIMS, 100 + seed);

const pictures: Calibration = samplesOf('x', [0, 1, 2, 3, 4, 5, 6, 7].map(picture));

/** What a dyadic run gave. */
export interface DyadicOutcome extends StepResult {
  readonly model: Model;
  readonly diagnostics: readonly Diagnostic[];
}

/** Quantizes a clone of the model with samples. */
export async function dyadic(
  original: Model,
  options: Readonly<Record<string, unknown>> = {},
  calibration: Calibration | undefined = pictures,
): Promise<DyadicOutcome> {
  const model = original.clone();
  const diagnostics: Diagnostic[] = [];
  const transform = dyadicTransform(dyadicOptions.parse(options), { include: [], skip: [] });
  const result = await transform.run(model, runtimeContext(calibration, diagnostics));
  const problems = model.validate();
  if (problems.length > 0) throw new Error(`unsound after quantization:\n${problems.join('\n')}`);
  return { ...result, model, diagnostics };
}
