import { afterAll, describe, expect, it } from '@jest/globals';
import type { Change } from '@onnx-compress/core';
import { float32Tensor, type Model, modelBytes, present, readFloats, type Tensor } from '@onnx-compress/graph';
import { signalToNoiseDb } from '@onnx-compress/math';
import { buildModel, randomFloats, randomValues, runModel, samplesOf } from '@onnx-compress/test-kit';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import type { BlockOptions } from '../src/blocks/block-options.js';
import { int4Block } from '../src/index.js';

afterAll(closeHost);

const K = 96;
const N = 40;

/** A product whose first and second 32 inputs have weights of these sizes, the others of size 1. */
function product(sizes: readonly [number, number], others = 1): Model {
  const values = randomValues(K * N, 3).map((value, at) => value * (sizes[Math.floor(at / N / 32)] ?? others));
  return buildModel({
    inputs: { x: ['float32', ['m', K]] },
    outputs: ['y'],
    weights: { w: float32Tensor([K, N], values) },
    nodes: [{ opType: 'MatMul', name: 'layer', inputs: ['x', 'w'], outputs: ['y'] }],
  });
}

const calibration = samplesOf(
  'x',
  Array.from({ length: 6 }, (_, seed) => randomFloats([50, K], 60 + seed)),
);

interface Stored {
  readonly model: Model;
  readonly change: Change;
  readonly bytes: number;
}

async function stored(original: Model, options: Partial<BlockOptions>): Promise<Stored> {
  const model = original.clone();
  const transform = int4Block.create(int4Block.options.parse({ biasCorrection: 'off', ...options }), {
    ...{ include: [], skip: [] },
  });
  const { changed } = await transform.run(model, runtimeContext(calibration));
  return { model, change: present(changed[0], 'change'), bytes: (await modelBytes(model)).length };
}

/** What the weight is once the model is loaded. */
async function restored(model: Model): Promise<Float32Array> {
  const identity = Float32Array.from({ length: K * K }, (_, at) => (at % (K + 1) === 0 ? 1 : 0));
  const x: Tensor = float32Tensor([K, K], identity);
  return readFloats(present((await runModel(model, { x })).get('y'), 'y'));
}

const METHODS = ['rtn', 'hqq', 'gptq'] as const;

describe.each([true, false])('scales of blocks, symmetric: %s', (symmetric) => {
  it.each([
    ['usual ones', [1, 1]],
    ['some that are subnormal in float16', [1e-4, 1e-5]],
    ['some that are zero in float16', [1e-8, 1e-12]],
  ] as const)('take the same bytes whatever chose the integers: %s', async (_, sizes) => {
    const bytes = [];
    for (const method of METHODS) bytes.push((await stored(product(sizes), { symmetric, method })).bytes);
    expect(new Set(bytes).size).toBe(1);
    const wide = await stored(product(sizes), { symmetric, scaleType: 'float32' });
    expect(wide.bytes).toBeGreaterThan(present(bytes[0], 'bytes'));
  });

  it.each(METHODS)('are those of float16 before integers are chosen: %s', async (method) => {
    const original = product([1e-4, 1e-3]);
    const wanted = await restored(original);
    const decibels = [];
    for (const scaleType of ['float16', 'float32'] as const) {
      const { model } = await stored(original, { symmetric, method, scaleType });
      decibels.push(signalToNoiseDb(wanted.subarray(0, 32 * N), (await restored(model)).subarray(0, 32 * N)));
    }
    const [half = 0, float = 0] = decibels;
    expect(half).toBeGreaterThan(float - 1);
  });

  it.each(METHODS)('stay float32 where all are too small for float16: %s', async (method) => {
    const original = product([1e-8, 1e-8], 1e-8);
    const { model, bytes } = await stored(original, { symmetric, method });
    expect(bytes).toBe((await stored(original, { symmetric, scaleType: 'float32' })).bytes);
    expect(signalToNoiseDb(await restored(original), await restored(model))).toBeGreaterThan(15);
  });
});
