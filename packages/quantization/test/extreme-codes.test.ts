import { describe, expect, it } from '@jest/globals';
import { CancelledError, nextTurn, seededRandom } from '@onnx-compress/core';
import { float32Tensor, type Model, present, readFloats, type Tensor } from '@onnx-compress/graph';
import { buildModel, randomFloats, runModel } from '@onnx-compress/test-kit';
import { additive } from '../src/codes/kinds/additive/additive.js';
import { binary } from '../src/codes/kinds/binary.js';
import { ternary } from '../src/codes/kinds/ternary.js';
import type { CodedWeight, CodeSubject, WeightCode } from '../src/codes/weight-code.js';
import { coded, decodedFrom } from './support/coded.js';

const CODES: readonly (readonly [string, WeightCode, number])[] = [
  ['binary', binary, 1],
  ['ternary', ternary, 2],
  ['additive:2', additive(2), 2],
  ['additive:3', additive(3), 3],
  ['additive:5', additive(5), 5],
  ['additive:8', additive(8), 8],
];

async function fitted(code: WeightCode, tensor: Tensor, channelAxis: number | undefined): Promise<CodedWeight> {
  const subject: CodeSubject = { name: 'w', dims: tensor.dims, channelAxis };
  const { signal } = new AbortController();
  const random = (purpose: string) => seededRandom(0, purpose);
  const weight = await code.fit(await readFloats(tensor), subject, { signal, random });
  if ('reason' in weight) throw new Error(weight.reason);
  return weight;
}

async function rounded(code: WeightCode, tensor: Tensor, axis: number | undefined): Promise<Float32Array> {
  const weight = await fitted(code, tensor, axis);
  return decodedFrom(weight, await readFloats(tensor));
}

function errorOf(values: Float32Array, restored: Float32Array): number {
  return values.reduce((sum, value, index) => sum + (value - (restored[index] ?? 0)) ** 2, 0);
}

const identity = (size: number, dims: readonly number[] = [size, size]) =>
  float32Tensor(
    dims,
    Array.from({ length: size * size }, (_, index) => (index % (size + 1) === 0 ? 1 : 0)),
  );

/** Weights of three layers, and the axes of their channels. */
const weightsOf = (columns: number) => ({
  product: { tensor: randomFloats([96, columns], 1, 0.1), axis: 1 },
  gemm: { tensor: randomFloats([columns, 96], 2, 0.1), axis: 0 },
  deconvolution: { tensor: randomFloats([96, columns, 3, 3], 3, 0.1), axis: 1 },
});

/** Layers that multiply their weights by the identity, and so give them back exactly. */
function weightsAsOutputs(columns: number): Model {
  const { product, gemm, deconvolution } = weightsOf(columns);
  const transB = { transB: { int: 1 } };
  return buildModel({
    inputs: { x: ['float32', [96, 96]], z: ['float32', [96, 96, 1, 1]] },
    outputs: ['product', 'gemm', 'deconvolution'],
    weights: { w: product.tensor, v: gemm.tensor, u: deconvolution.tensor },
    nodes: [
      { opType: 'MatMul', name: 'product', inputs: ['x', 'w'], outputs: ['product'] },
      { opType: 'Gemm', name: 'gemm', inputs: ['x', 'v'], outputs: ['transposed'], attributes: transB },
      { opType: 'Transpose', name: 'transpose', inputs: ['transposed'], outputs: ['gemm'] },
      { opType: 'ConvTranspose', name: 'deconvolution', inputs: ['z', 'u'], outputs: ['deconvolution'] },
    ],
  });
}

/** A channel of each kind that is easily got wrong. */
const ODD = float32Tensor(
  [4, 6],
  [
    ...[0, 0, 0, 0, 0, 0],
    ...[0, 0, 5, 0, 0, 0],
    ...[-2, -2, -2, -2, -2, -2],
    ...[1e-30, -2e-30, 3e-30, 0, -1e-30, 1e-38],
  ],
);

describe.each(CODES)('%s', (name, code, bits) => {
  it.each([24, 60])('gives onnxruntime the very floats that it counts with, with %p channels', async (columns) => {
    const { model, changed } = await coded(weightsAsOutputs(columns), code);
    expect(changed.map(({ node, weightBits }) => [node, weightBits])).toEqual([
      ['product', bits],
      ['gemm', bits],
      ['deconvolution', bits],
    ]);
    const outputs = await runModel(model, { x: identity(96), z: identity(96, [96, 96, 1, 1]) });
    for (const [output, { tensor, axis }] of Object.entries(weightsOf(columns))) {
      expect(await readFloats(present(outputs.get(output), output))).toEqual(await rounded(code, tensor, axis));
    }
  });

  it('writes the same indices for what it restored', async () => {
    for (const { tensor, axis } of Object.values(weightsOf(24))) {
      for (const own of [axis, undefined]) {
        const weight = await fitted(code, tensor, own);
        const indices = await weight.indices(await readFloats(tensor), nextTurn);
        expect(Math.max(...indices)).toBeLessThan(2 ** bits);
        const restored = await weight.restored(indices, nextTurn);
        expect(await weight.indices(restored, nextTurn)).toEqual(indices);
      }
    }
  });

  it('keeps zeros and channels of one magnitude', async () => {
    const restored = Array.from(await rounded(code, ODD, 0), (value) => value + 0);
    expect(restored.every(Number.isFinite)).toBe(true);
    expect(restored.slice(0, 6)).toEqual([0, 0, 0, 0, 0, 0]);
    for (const value of restored.slice(12, 18)) expect(value).toBeCloseTo(-2, 5);
    if (name !== 'binary')
      for (const [at, value] of restored.slice(6, 12).entries()) expect(value).toBeCloseTo(at === 2 ? 5 : 0, 5);
  });

  it('has no more error than a scale for all', async () => {
    const { tensor, axis } = weightsOf(24).gemm;
    const values = await readFloats(tensor);
    const own = errorOf(values, await rounded(code, tensor, axis));
    expect(own).toBeLessThanOrEqual(errorOf(values, await rounded(code, tensor, undefined)));
  });

  it('can be cancelled', async () => {
    const controller = new AbortController();
    controller.abort();
    const tools = { signal: controller.signal, random: (purpose: string) => seededRandom(0, purpose) };
    const subject = { name: 'w', dims: [2], channelAxis: undefined };
    await expect(code.fit(Float32Array.of(1, 2), subject, tools)).rejects.toThrow(CancelledError);
  });
});

describe('the codes of few bits', () => {
  const normal = randomFloats([40, 500], 7);

  it('lose less with each bit: binary, ternary, and sums of two to eight scales', async () => {
    const values = await readFloats(normal);
    const codes = [binary, ternary, ...[2, 3, 4, 5, 6, 7, 8].map(additive)];
    const errors = await Promise.all(codes.map(async (code) => errorOf(values, await rounded(code, normal, 0))));
    expect(errors).toEqual([...errors].sort((a, b) => b - a));
  });

  it('binary has the best scale of all', async () => {
    const values = (await readFloats(normal)).subarray(0, 500);
    const scale = Math.abs((await rounded(binary, normal, 0))[0] ?? 0);
    const errorWith = (tried: number) =>
      errorOf(
        values,
        values.map((value) => (value < 0 ? -tried : tried)),
      );
    for (const factor of [0.99, 1.01]) expect(errorWith(scale)).toBeLessThan(errorWith(scale * factor));
  });

  it('sums of scales are computed from the signs where their table would be larger', async () => {
    const operatorsOf = async (columns: number) => {
      const { model, changed } = await coded(weightsAsOutputs(columns), additive(2), { include: ['product'] });
      expect(changed).toHaveLength(1);
      return new Set(model.graph.nodes.map(({ opType }) => opType));
    };
    expect((await operatorsOf(24)).has('Sign')).toBe(false);
    expect((await operatorsOf(100)).has('Sign')).toBe(true);
  });
});
