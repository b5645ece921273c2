import { afterAll, describe, expect, it } from '@jest/globals';
import { CancelledError } from '@onnx-compress/core';
import {
  float32Tensor,
  floatsToTensor,
  type Model,
  memoryTensor,
  modelBytes,
  present,
  readFloats,
  readModel,
  type Tensor,
} from '@onnx-compress/graph';
import { buildModel, ifModelBytes, randomFloats, randomValues, runModel, samplesOf } from '@onnx-compress/test-kit';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import type { WeightCode } from '../src/codes/weight-code.js';
import { fp16 } from '../src/schemes/fp16.js';
import { coded, decodedFrom, transformed } from './support/coded.js';
import { floatsOf } from './support/fidelity.js';
import { optimizedOperators } from './support/optimized-operators.js';
import { call, constant, fn, modelOf, op, typed, weight } from './support/proto-model.js';

/** Multiples of a step, written with plain arithmetic: the simplest code there can be. */
function steps(bits: number, step = 0.125): WeightCode {
  const middle = 2 ** (bits - 1);
  return {
    scheme: 'steps',
    fit: async () => ({
      bits,
      indices: async (values) =>
        Uint8Array.from(values, (value) => Math.max(0, Math.min(2 * middle - 1, Math.round(value / step) + middle))),
      restored: async (indices) => Float32Array.from(indices, (index) => (index - middle) * step),
      emit(indices, { constant: add, compute }) {
        const centred = compute('Sub', [indices, add('middle', float32Tensor([], [middle]))]);
        return compute('Mul', [centred, add('step', float32Tensor([], [step]))]);
      },
    }),
  };
}

function matMul(tensor: Tensor, { opset = 17, irVersion = 8, x = tensor.dims[0] ?? 1 } = {}): Model {
  return buildModel({
    opset,
    irVersion,
    inputs: { x: ['float32', [1, x]] },
    outputs: ['y'],
    weights: { w: tensor },
    nodes: [{ opType: 'MatMul', name: 'layer', inputs: ['x', 'w'], outputs: ['y'] }],
  });
}

/** What the weight of `matMul` is in onnxruntime: the rows of the unit matrix times it. */
async function weightInRuntime(model: Model, rows: number, columns: number, level: 'all' | 'disabled') {
  const found = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const unit = Float32Array.from({ length: rows }, (_, index) => Number(index === row));
    found.set(await floatsOfBytes(await modelBytes(model), float32Tensor([1, rows], unit), level), row * columns);
  }
  return found;
}

async function floatsOfBytes(bytes: Uint8Array, x: Tensor, level: 'all' | 'disabled'): Promise<Float32Array> {
  return readFloats(present((await runModel(bytes, { x }, level)).get('y'), 'y'));
}

afterAll(closeHost);

describe('a weight that is stored as indices', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('of %d bits is what the code says, to the last bit', async (bits) => {
    for (const dims of [
      [12, 208],
      [7, 333],
    ] as const) {
      const tensor = randomFloats(dims, bits);
      const code = steps(bits);
      const { model, changed } = await coded(matMul(tensor), code);
      const fitted = await code.fit(new Float32Array(0), { name: 'w', dims, channelAxis: 1 }, runtimeTools());
      if ('reason' in fitted) throw new Error(fitted.reason);
      const expected = await decodedFrom(fitted, await readFloats(tensor));
      for (const level of ['all', 'disabled'] as const) {
        expect(changed).toHaveLength(1);
        expect(await weightInRuntime(model, dims[0], dims[1], level)).toEqual(expected);
      }
      expect(changed).toMatchObject([{ node: 'layer', tensor: 'w', scheme: 'steps', weightBits: bits }]);
    }
  });

  it.each([3, 4, 8])('of %d bits leaves no node behind when the model is loaded', async (bits) => {
    const original = matMul(randomFloats([37, 55], 1));
    const { model } = await coded(original, steps(bits));
    expect(await optimizedOperators(model)).toEqual(await optimizedOperators(original));
  });

  it('takes about the bytes that are reported', async () => {
    const original = matMul(randomFloats([64, 96], 1));
    for (const bits of [1, 3, 4, 6, 8]) {
      const { model, changed } = await coded(original, steps(bits));
      const { bytesBefore, bytesAfter } = present(changed[0], 'change');
      const saved = (await modelBytes(original)).length - (await modelBytes(model)).length;
      expect(Math.abs(saved - (Number(bytesBefore) - Number(bytesAfter)))).toBeLessThan(100);
    }
  });

  it('shares the table that unpacks it with other weights', async () => {
    const original = buildModel({
      inputs: { x: ['float32', [1, 64]] },
      outputs: ['y'],
      weights: { w1: randomFloats([64, 64], 1), w2: randomFloats([64, 64], 2) },
      nodes: [
        { opType: 'MatMul', inputs: ['x', 'w1'], outputs: ['h'] },
        { opType: 'MatMul', inputs: ['h', 'w2'], outputs: ['y'] },
      ],
    });
    const { model, changed } = await coded(original, steps(4));
    const tables = [...model.weights()].filter(({ tensor }) => tensor.dims[0] === 256);
    expect(tables.map(({ tensor }) => tensor.dims)).toEqual([[256, 2]]);
    expect(Number(changed[1]?.bytesAfter)).toBeLessThan(Number(changed[0]?.bytesAfter) - 512);
  });

  it('is stored once for the layers that share it', async () => {
    const original = buildModel({
      inputs: { x: ['float32', [1, 64]] },
      outputs: ['y'],
      weights: { w: randomFloats([64, 64], 1) },
      nodes: [
        { opType: 'MatMul', name: 'first', inputs: ['x', 'w'], outputs: ['h'] },
        { opType: 'MatMul', name: 'second', inputs: ['h', 'w'], outputs: ['y'] },
      ],
    });
    const { model, changed } = await coded(original, steps(4));
    expect(changed.map(({ node }) => node)).toEqual(['first', 'second']);
    expect(changed[1]).toMatchObject({ bytesBefore: 0, bytesAfter: 0 });
    expect(await optimizedOperators(model)).toEqual(await optimizedOperators(original));
  });

  it.each(['float16', 'float64'] as const)('comes back as %s where it was that', async (dataType) => {
    const tensor = floatsToTensor(dataType, [48, 64], randomValues(48 * 64, 3));
    const original = buildModel({
      inputs: { x: [dataType, [1, 48]] },
      outputs: { y: [dataType, [1, 64]] },
      weights: { w: tensor },
      nodes: [{ opType: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
    });
    const { model } = await coded(original, steps(8, 2 ** -5));
    const x = floatsToTensor(dataType, [1, 48], randomValues(48, 4));
    const [before, after] = [await floatsOf(original, { x }), await floatsOf(model, { x })];
    for (const [index, value] of before.entries()) expect(Math.abs(value - (after[index] ?? 0))).toBeLessThan(0.5);
  });

  it.each([7, 9, 10, 13, 21])('needs opset 10, which a model of opset %d is raised to', async (opset) => {
    const original = matMul(randomFloats([31, 33], 1), { opset });
    const { model, changed } = await coded(original, steps(4));
    expect([changed.length, model.opset()]).toEqual([1, Math.max(10, opset)]);
    expect(await optimizedOperators(model)).toEqual(['MatMul']);
  });

  it('stays an input of an IR-3 model', async () => {
    const { model } = await coded(matMul(randomFloats([64, 64], 1), { opset: 10, irVersion: 3 }), steps(4));
    expect([...model.weights()].every(({ form }) => form === 'initializer-input')).toBe(true);
    expect((await floatsOf(model, { x: randomFloats([1, 64], 2) })).length).toBe(64);
  });
});

const runtimeTools = () => ({ signal: new AbortController().signal, random: runtimeContext().random });

describe('weights of inner scopes that are stored as indices', () => {
  it.each([true, false])('are restored in their own scope, for If (%p)', async (condition) => {
    const original = await readModel(ifModelBytes({ rows: 64, columns: 48 }));
    const { model, changed } = await coded(original, steps(8, 2 ** -5));
    expect(changed.map(({ tensor }) => tensor)).toEqual(['then_weight', 'else_weight']);
    const feeds = {
      x: randomFloats([1, 64], 4),
      condition: memoryTensor('bool', [], Uint8Array.of(Number(condition))),
    };
    const [before, after] = [await floatsOf(original, feeds), await floatsOf(model, feeds)];
    for (const [index, value] of before.entries()) expect(Math.abs(value - (after[index] ?? 0))).toBeLessThan(0.5);
  });

  it('are restored in a function, and are known to be quantized from then on', async () => {
    const Own = fn('Own', ['a'], [constant('own', [64, 64], 2), op('MatMul', ['a', 'own'], 'r')]);
    const original = await modelOf(
      { input: [typed('x', [1, 64])], output: [typed('y', [1, 64])], node: [call('Own', ['x'], 'y')] },
      [Own],
    );
    const { model, changed } = await coded(original, steps(4));
    expect(changed).toMatchObject([{ node: 'r', tensor: 'own' }]);
    expect((await floatsOf(model, { x: randomFloats([1, 64], 2) })).length).toBe(64);
    expect((await coded(model, steps(4))).skipped).toContainEqual({ node: 'r', reason: 'is already quantized' });
  });

  it('of the main graph serve a body', async () => {
    const original = await modelOf({
      input: [typed('x', [1, 64])],
      output: [typed('y', [1, 64])],
      initializer: [weight('w', [64, 64], 1)],
      node: [op('MatMul', ['x', 'w'], 'h'), op('MatMul', ['h', 'w'], 'y')],
    });
    expect((await coded(original, steps(4))).changed).toHaveLength(2);
  });
});

describe('a model of indices', () => {
  it('says that it saves download, not memory or time', async () => {
    const { diagnostics } = await coded(matMul(randomFloats([64, 64], 1)), steps(4));
    expect(diagnostics).toMatchObject([{ code: 'QUANT_BYTES_ONLY' }]);
    expect(diagnostics[0]?.message).toMatch(/^1 weight is stored as steps, which saves download, not memory or time/);
  });

  it('leaves what would not shrink, is read elsewhere, holds no numbers, or what a code refuses', async () => {
    const reasons = async (tensor: Tensor, code: WeightCode = steps(4)) => {
      const { changed, skipped, diagnostics } = await coded(matMul(tensor), code);
      expect([changed, diagnostics]).toEqual([[], []]);
      return skipped.map(({ reason }) => reason);
    };
    expect(await reasons(randomFloats([4, 4], 1))).toEqual([expect.stringContaining('would not shrink')]);
    const values = randomValues(64 * 64, 1);
    values[17] = Number.NaN;
    expect(await reasons(float32Tensor([64, 64], values))).toEqual(['its weight "w" holds NaN or infinite values']);
    const refusing = { scheme: 'none', fit: async () => ({ reason: 'is not liked' }) };
    expect(await reasons(randomFloats([64, 64], 1), refusing)).toEqual(['is not liked']);
    const original = buildModel({
      inputs: { x: ['float32', [1, 64]], z: ['float32', [64, 64]] },
      outputs: ['y', 's'],
      weights: { w: randomFloats([64, 64], 1) },
      nodes: [
        { opType: 'MatMul', name: 'layer', inputs: ['x', 'w'], outputs: ['y'] },
        { opType: 'Add', name: 'sum', inputs: ['z', 'w'], outputs: ['s'] },
      ],
    });
    expect((await coded(original, steps(4))).skipped).toEqual([
      { node: 'layer', reason: 'its weight "w" is also read by sum, which keeps it in float' },
    ]);
  });

  it('holds only the layers that were asked for', async () => {
    const original = matMul(randomFloats([64, 64], 1));
    expect((await coded(original, steps(4), { skip: ['layer'] })).changed).toEqual([]);
    expect((await coded(original, steps(4), { include: ['layer'] })).changed).toHaveLength(1);
  });

  it('keeps tables and scales exact when it is stored with two bytes a value', async () => {
    const { model } = await coded(matMul(randomFloats([64, 64], 1)), steps(4));
    const halved = await transformed(
      model,
      fp16.create({ compute: 'float32', io: 'float32' }, { include: [], skip: [] }),
    );
    const x = randomFloats([1, 64], 2);
    expect(await floatsOf(halved.model, { x })).toEqual(await floatsOf(model, { x }));
  });

  it('shows what was lost where pictures are drawn', async () => {
    const { figures = [] } = await coded(matMul(randomFloats([64, 64], 1)), steps(4), { figures: true });
    expect(figures.map(({ kind }) => kind)).toEqual(['bars', 'histograms']);
  });

  it('is left when the run is cancelled', async () => {
    const controller = new AbortController();
    controller.abort();
    const run = coded(matMul(randomFloats([64, 64], 1)), steps(4), { runtime: { signal: controller.signal } });
    await expect(run).rejects.toBeInstanceOf(CancelledError);
  });

  it('takes back with its biases what the code shifts the outputs by', async () => {
    const shifted = steps(2, 0.5);
    const original = buildModel({
      inputs: { x: ['float32', [4, 64]] },
      outputs: ['y'],
      weights: { w: randomFloats([64, 32], 1, 0.2), b: randomFloats([32], 2) },
      nodes: [{ opType: 'Gemm', name: 'layer', inputs: ['x', 'w', 'b'], outputs: ['y'] }],
    });
    const samples = Array.from({ length: 16 }, (_, seed) =>
      float32Tensor(
        [4, 64],
        randomValues(4 * 64, seed + 10).map((value) => value + 3),
      ),
    );
    const runtime = runtimeContext(samplesOf('x', samples));
    const [plain, corrected] = [
      await coded(original, shifted, { runtime, biasCorrection: 'off' }),
      await coded(original, shifted, { runtime }),
    ];
    const x = float32Tensor(
      [4, 64],
      randomValues(4 * 64, 99).map((value) => value + 3),
    );
    const reference = await floatsOf(original, { x });
    const errorOf = async (model: Model) =>
      (await floatsOf(model, { x })).reduce((sum, value, index) => sum + (value - (reference[index] ?? 0)) ** 2, 0);
    expect(corrected.repairs).toMatchObject([{ node: 'layer', method: 'mean' }]);
    expect(plain.repairs).toBeUndefined();
    expect(await errorOf(corrected.model)).toBeLessThan((await errorOf(plain.model)) / 2);
    expect(await optimizedOperators(corrected.model)).toEqual(await optimizedOperators(original));
  });
});
