import { afterAll, describe, expect, it } from '@jest/globals';
import { type Diagnostic, seededRandom } from '@onnx-compress/core';
import {
  float32Tensor,
  floatsToTensor,
  int64Tensor,
  type Model,
  present,
  readFloats,
  Scratch,
  type Tensor,
} from '@onnx-compress/graph';
import { signalToNoiseDb } from '@onnx-compress/math';
import { buildModel, randomFloats, runModel } from '@onnx-compress/test-kit';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import { findLayers } from '../src/layers/find-layers.js';
import { groupByWeight } from '../src/placement/weight-group.js';
import { roundAtRandom } from '../src/rounding/stochastic-rounding.js';
import { affineScales } from '../src/weights/affine-weight.js';
import type { FineScales } from '../src/weights/fine-weight.js';
import { type Int8Scales, int8Scales, layoutOf } from '../src/weights/int8-weight.js';
import { roundedFloats } from '../src/weights/rounded-weight.js';
import { quantized } from './support/context.js';

afterAll(closeHost);

const scratch = new Scratch();

/** Standard errors that a mean leaves by chance once in a million times. */
const FAR = 4.9;

function oneLayer(weight: Tensor): Model {
  const [rows = 1] = weight.dims;
  return buildModel({
    inputs: { x: ['float32', [1, rows]] },
    outputs: ['y'],
    weights: { w: weight },
    nodes: [{ opType: 'MatMul', name: 'layer', inputs: ['x', 'w'], outputs: ['y'] }],
  });
}

async function chosen(tensor: Tensor, int8: Int8Scales, seed = 0, warnings: Diagnostic[] = []) {
  const { signal } = runtimeContext();
  const [group] = groupByWeight(findLayers(oneLayer(randomFloats(tensor.dims, 1)), () => true).layers);
  const own = { ...present(group, 'group'), tensor };
  const random = (stream: string) => seededRandom(seed, stream);
  const rounded = roundAtRandom(new Map([[own, { int8 }]]), { random, signal, warn: (one) => warnings.push(one) });
  return rounded.get(own);
}

const FORMS = {
  int8: (tensor: Tensor) => int8Scales(tensor, 1, scratch),
  'int8 per tensor': (tensor: Tensor) => int8Scales(tensor, undefined, scratch),
  uint8: (tensor: Tensor) => affineScales(tensor, 1, scratch),
  'ten bits': async (tensor: Tensor): Promise<FineScales> => ({
    ...present(await int8Scales(tensor, 1, scratch), 'scales'),
    isFine: true,
  }),
};

function stepsOf({ scales, axis, isFine }: Int8Scales, dims: readonly number[]): (index: number) => number {
  const { inner, channels } = layoutOf(dims, axis);
  return (index) => (scales[Math.floor(index / inner) % channels] ?? 0) / (isFine ? 4 : 1);
}

describe('roundAtRandom', () => {
  it.each(Object.entries(FORMS))(
    'moves %s less than a step, to what the nearest integers then are',
    async (_, form) => {
      const tensor = randomFloats([64, 32], 3, 0.2);
      const int8 = present(await form(tensor), 'scales');
      const rounded = present(await chosen(tensor, int8), 'tensor');
      const values = await readFloats(tensor);
      const steps = await readFloats(rounded);
      const stepOf = stepsOf(int8, tensor.dims);
      expect(roundedFloats(steps, rounded, int8)).toEqual(steps);
      expect(roundedFloats(values, tensor, int8)).not.toEqual(steps);
      for (const [index, value] of values.entries()) {
        expect(Math.abs((steps[index] ?? 0) - value)).toBeLessThan(stepOf(index) * 1.0001);
      }
    },
  );

  it.each(Object.entries(FORMS))('has no mean error with %s', async (_, form) => {
    const values = Float32Array.from({ length: 256 * 256 }, (_, index) => 0.1003 + (index % 256 === 0 ? 0.9 : 0));
    const tensor = float32Tensor([256, 256], values);
    const int8 = present(await form(tensor), 'scales');
    const seed = Date.now() % 2 ** 31;
    const steps = await readFloats(present(await chosen(tensor, int8, seed), 'tensor'));
    const stepOf = stepsOf(int8, tensor.dims);
    const errors = Array.from(steps, (value, index) => (value - (values[index] ?? 0)) / stepOf(index));
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    // A step up or down has at most the variance 1/4.
    const deviations = mean / (0.5 / Math.sqrt(errors.length));
    if (Math.abs(deviations) > FAR) throw new Error(`seed ${seed}: the mean is ${deviations} standard errors off`);
    expect(Math.abs(deviations)).toBeLessThanOrEqual(FAR);
  });

  it('saturates what lies beyond the scales', async () => {
    const tensor = float32Tensor([1, 4], [300, -300, 126.5, 0]);
    const int8 = { axis: undefined, scales: Float32Array.of(1) };
    const steps = await readFloats(present(await chosen(tensor, int8), 'tensor'));
    expect([steps[0], steps[1], steps[3]]).toEqual([127, -127, 0]);
  });

  it('gives the same integers for the same seed, and others for another', async () => {
    const tensor = randomFloats([16, 16], 5);
    const int8 = present(await int8Scales(tensor, 1, scratch), 'scales');
    const with7 = present(await chosen(tensor, int8, 7), 'tensor');
    expect(await readFloats(with7)).toEqual(await readFloats(with7));
    expect(await readFloats(present(await chosen(tensor, int8, 7), 'again'))).toEqual(await readFloats(with7));
    expect(await readFloats(present(await chosen(tensor, int8, 8), 'other'))).not.toEqual(await readFloats(with7));
  });

  it('keeps the nearest integers with a warning where bfloat16 does not tell those of uint8 apart', async () => {
    const bfloats = floatsToTensor('bfloat16', [16, 16], await readFloats(randomFloats([16, 16], 2)));
    const halves = floatsToTensor('float16', [16, 16], await readFloats(randomFloats([16, 16], 2)));
    const warnings: Diagnostic[] = [];
    expect(
      await chosen(bfloats, present(await affineScales(bfloats, 1, scratch), 'scales'), 0, warnings),
    ).toBeUndefined();
    expect(warnings.map(({ code }) => code)).toEqual(['QUANT_KEEPS_NEAREST']);
    for (const tensor of [bfloats, halves]) {
      const int8 = present(await int8Scales(tensor, 1, scratch), 'scales');
      const rounded = present(await chosen(tensor, int8), 'tensor');
      expect(rounded.dataType).toBe(tensor.dataType);
      const values = await readFloats(tensor);
      const stepOf = stepsOf(int8, tensor.dims);
      for (const [index, value] of roundedFloats(await readFloats(rounded), rounded, int8).entries()) {
        expect(Math.abs(value - (values[index] ?? 0))).toBeLessThan(stepOf(index) * 1.0001);
      }
    }
  });
});

/** A convolution net with a large product behind. */
function net(): Model {
  return buildModel({
    inputs: { x: ['float32', [1, 64]], ids: ['int64', [3]] },
    outputs: ['y', 'rows'],
    weights: {
      w: randomFloats([64, 96], 1, 0.1),
      v: randomFloats([96, 32], 2, 0.1),
      bias: randomFloats([32], 3),
      table: randomFloats([40, 64], 4),
    },
    nodes: [
      { opType: 'MatMul', name: 'first', inputs: ['x', 'w'], outputs: ['h'] },
      { opType: 'Relu', name: 'relu', inputs: ['h'], outputs: ['r'] },
      { opType: 'Gemm', name: 'second', inputs: ['r', 'v', 'bias'], outputs: ['y'] },
      { opType: 'Gather', name: 'look-up', inputs: ['table', 'ids'], outputs: ['rows'] },
    ],
  });
}

describe('rounding=stochastic', () => {
  const CASES = [
    ['restored', { activations: 'none' }],
    ['dynamic', { activations: 'dynamic' }],
    ['static', { activations: 'static' }],
    ['uint8', { activations: 'dynamic', integers: 'uint8' }],
  ] as const;

  it.each(CASES)('runs in onnxruntime in the form %s, and loses up to 6 dB', async (_, options) => {
    const model = net();
    const lookUps = int64Tensor([3], [3, 0, 39]);
    const samples = Array.from({ length: 8 }, (_, seed) => randomFloats([1, 64], 30 + seed));
    const x = randomFloats([1, 64], 99);
    const calibration = {
      count: samples.length,
      async *samples() {
        for (const sample of samples)
          yield new Map([
            ['x', sample],
            ['ids', lookUps],
          ]);
      },
    };
    const outputOf = async (one: Model) =>
      readFloats(present((await runModel(one, { x, ids: lookUps })).get('y'), 'y'));
    const original = await outputOf(model);
    const runtime = { ...runtimeContext(calibration) };
    const nearest = await quantized(model, { ...options, runtime });
    const random = await quantized(model, { ...options, rounding: 'stochastic', runtime });
    const [near, far] = [await outputOf(nearest.model), await outputOf(random.model)];
    expect(far).not.toEqual(near);
    expect(signalToNoiseDb(original, far)).toBeGreaterThan(signalToNoiseDb(original, near) - 6);
    // The mean square of a random step is twice that of the nearest: 3 dB.
    for (const [index, { weightSnrDb }] of random.changed.entries()) {
      const loss = Number(nearest.changed[index]?.weightSnrDb) - Number(weightSnrDb);
      expect(Math.abs(loss - 3)).toBeLessThan(0.5);
    }
    const again = await quantized(model, { ...options, rounding: 'stochastic', runtime });
    expect(await outputOf(again.model)).toEqual(far);
  });
});
