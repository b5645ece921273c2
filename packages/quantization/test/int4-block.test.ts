import { afterAll, describe, expect, it } from '@jest/globals';
import type { StepResult } from '@onnx-compress/core';
import {
  float32Tensor,
  int64Tensor,
  type Model,
  memoryTensor,
  type NodeSpec,
  present,
  readFloats,
  type Tensor,
} from '@onnx-compress/graph';
import { signalToNoiseDb } from '@onnx-compress/math';
import { buildModel, randomFloats, runModel, type TypeSpec } from '@onnx-compress/test-kit';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import type { BlockOptions } from '../src/blocks/block-options.js';
import { int4Block } from '../src/index.js';
import { optimizedOperators } from './support/optimized-operators.js';
import { body, modelOf, op, typed, weight } from './support/proto-model.js';

afterAll(closeHost);

/** TensorProto.DataType of bool. */
const BOOL = 9;

/** Rounding activations to int8 leaves this much of a product. */
const LEVEL_4_DB = 30;

async function blocked(
  original: Model,
  options: Partial<BlockOptions>,
): Promise<StepResult & { readonly model: Model }> {
  const model = original.clone();
  const transform = int4Block.create(int4Block.options.parse(options), { include: [], skip: [] });
  const result = await transform.run(model, runtimeContext());
  expect(model.validate()).toEqual([]);
  return { ...result, model };
}

const outputOf = async (model: Model, feeds: Record<string, Tensor>, level: 'all' | 'disabled' = 'all') =>
  readFloats(present((await runModel(model, feeds, level)).get('y'), 'y'));

interface Product {
  readonly nodes: readonly NodeSpec[];
  readonly weights: Readonly<Record<string, Tensor>>;
  readonly x?: TypeSpec;
}

const K = 70;
const N = 48;
const gemm = (inputs: readonly string[], attributes: NodeSpec['attributes'] = {}): NodeSpec => ({
  opType: 'Gemm',
  inputs: ['x', 'w', ...inputs],
  outputs: ['y'],
  attributes,
});
const matMul = (output: string): NodeSpec => ({ opType: 'MatMul', inputs: ['x', 'w'], outputs: [output] });
const add = (addend: string): NodeSpec => ({ opType: 'Add', inputs: ['p', addend], outputs: ['y'] });
const relu = (input: string): readonly NodeSpec[] => [
  { opType: 'Relu', inputs: [input], outputs: ['r'] },
  { opType: 'Neg', inputs: ['r'], outputs: ['y'] },
];
const w = randomFloats([K, N], 1);
const turned = randomFloats([N, K], 2);
const b = randomFloats([N], 3);

const PRODUCTS: Readonly<Record<string, Product>> = {
  MatMul: { nodes: [matMul('y')], weights: { w } },
  'MatMul and a vector': { nodes: [matMul('p'), add('b')], weights: { w, b } },
  'MatMul and a matrix': { nodes: [matMul('p'), add('b')], weights: { w, b: randomFloats([1, N], 3) } },
  Gemm: { nodes: [gemm(['b'])], weights: { w, b } },
  'Gemm, transB': { nodes: [gemm(['b'], { transB: { int: 1 } })], weights: { w: turned, b } },
  'Gemm, alpha and beta': {
    nodes: [gemm(['b'], { alpha: { float: 0.5 }, beta: { float: 2 }, transB: { int: 1 } })],
    weights: { w: turned, b },
  },
  'Gemm, matrix as bias': { nodes: [gemm(['b'])], weights: { w, b: randomFloats([5, N], 3) } },
  'Gemm, transA': { nodes: [gemm([], { transA: { int: 1 } })], weights: { w }, x: ['float32', [K, 5]] },
  'Gemm, Relu and more': { nodes: [{ ...gemm(['b']), outputs: ['g'] }, ...relu('g')], weights: { w, b } },
  'MatMul, a vector, Relu and more': {
    nodes: [matMul('p'), { ...add('b'), outputs: ['g'] }, ...relu('g')],
    weights: { w, b },
  },
  'MatMul, Clip and more': {
    nodes: [
      matMul('p'),
      { opType: 'Clip', inputs: ['p', 'low', 'high'], outputs: ['c'] },
      { opType: 'Neg', inputs: ['c'], outputs: ['y'] },
    ],
    weights: { w, low: float32Tensor([], [-1]), high: float32Tensor([], [6]) },
  },
  'two readers': {
    nodes: [
      matMul('p'),
      { opType: 'Relu', inputs: ['x'], outputs: ['r'] },
      { ...matMul('q'), inputs: ['r', 'w'] },
      add('q'),
    ],
    weights: { w },
  },
};

const FORMATS = ['qdq', 'matmulnbits'] as const;

describe.each(Object.entries(PRODUCTS))('%s', (_, { nodes, weights, x = ['float32', [5, K]] }) => {
  const original = buildModel({ inputs: { x }, outputs: ['y'], weights, nodes });
  const feeds = { x: randomFloats(x[1].map(Number), 9) };

  it.each([
    ['qdq', true],
    ['qdq', false],
    ['matmulnbits', true],
    ['matmulnbits', false],
  ] as const)('computes with 4 bits as %s, symmetric: %s', async (format, symmetric) => {
    const { model } = await blocked(original, { kernels: 'on', format, symmetric });
    const floats = await blocked(original, { kernels: 'off', scaleType: 'float32', symmetric });
    const operators = await optimizedOperators(model);
    expect(operators).toContain('MatMulNBits');
    expect(operators).not.toContain('DequantizeLinear');
    const wanted = await outputOf(floats.model, feeds);
    expect(signalToNoiseDb(wanted, await outputOf(model, feeds))).toBeGreaterThan(LEVEL_4_DB);
  });
});

describe('int4 blocks', () => {
  const original = buildModel({
    inputs: { x: ['float32', ['m', K]] },
    outputs: ['y'],
    weights: { w },
    nodes: [matMul('y')],
  });
  const identity = float32Tensor(
    [K, K],
    Float32Array.from({ length: K * K }, (_, at) => (at % (K + 1) === 0 ? 1 : 0)),
  );

  it.each([true, false])('are the same numbers in every form, symmetric: %s', async (symmetric) => {
    const floats = await blocked(original, { kernels: 'off', scaleType: 'float32', symmetric });
    const wanted = await outputOf(floats.model, { x: identity });
    const standard = await blocked(original, { kernels: 'on', symmetric });
    expect(await outputOf(standard.model, { x: identity }, 'disabled')).toEqual(wanted);
    for (const format of FORMATS) {
      const { model } = await blocked(original, { kernels: 'on', format, symmetric });
      expect(signalToNoiseDb(wanted, await outputOf(model, { x: identity }))).toBeGreaterThan(100);
    }
  });

  it('grow closer with smaller blocks', async () => {
    const wanted = await outputOf(original, { x: identity });
    const decibels = [];
    for (const blockSize of [64, 32, 16]) {
      const { model } = await blocked(original, { kernels: 'off', blockSize });
      decibels.push(signalToNoiseDb(wanted, await outputOf(model, { x: identity })));
    }
    expect(decibels).toEqual([...decibels].sort((left, right) => left - right));
  });

  it('leave small products to float kernels', async () => {
    const { changed, model } = await blocked(original, {});
    expect(changed.map(({ form }) => form)).toEqual(['weight-only']);
    expect(await optimizedOperators(model)).toEqual(['MatMul']);
  });

  it('leave a weight that is not finite', async () => {
    const broken = float32Tensor([K, N], new Float32Array(K * N).fill(Number.NaN));
    const model = buildModel({
      inputs: { x: ['float32', [5, K]] },
      outputs: ['y'],
      weights: { w: broken },
      nodes: [matMul('y')],
    });
    const { changed, skipped } = await blocked(model, { kernels: 'on' });
    expect(changed).toEqual([]);
    expect(skipped.map(({ reason }) => reason)).toEqual([expect.stringContaining('NaN')]);
  });

  it('do without the standard operator where outputs become integers', async () => {
    const scale = float32Tensor([], [0.1]);
    const zero = memoryTensor('uint8', [], Uint8Array.of(128));
    const model = buildModel({
      inputs: { x: ['float32', [5, K]] },
      outputs: ['y'],
      weights: { w, scale, zero },
      nodes: [matMul('p'), { opType: 'QuantizeLinear', inputs: ['p', 'scale', 'zero'], outputs: ['y'] }],
    });
    const { model: result } = await blocked(model, { kernels: 'on' });
    expect(await optimizedOperators(result)).toEqual(['MatMulNBits', 'QuantizeLinear']);
  });

  it.each([
    [[20, 70], true],
    [[21, 33], false],
  ] as const)('are gathered from a table %j to the last bit, symmetric: %s', async (dims, symmetric) => {
    const table = buildModel({
      inputs: { x: ['int64', [2, 2]] },
      outputs: ['y'],
      weights: { w: randomFloats(dims, 4) },
      nodes: [{ opType: 'Gather', inputs: ['w', 'x'], outputs: ['y'] }],
    });
    const feeds = { x: int64Tensor([2, 2], [0, 7, 19, -1]) };
    const gathered = await blocked(table, { kernels: 'on', symmetric });
    const floats = await blocked(table, { kernels: 'off', scaleType: 'float32', symmetric });
    expect(await optimizedOperators(gathered.model)).toEqual(['GatherBlockQuantized']);
    expect(await outputOf(gathered.model, feeds)).toEqual(await outputOf(floats.model, feeds));
  });

  it.each([
    ['Conv', [48, 4, 3, 3], { pads: { ints: [1, 1, 1, 1] } }],
    ['Conv', [64, 1, 5, 5], { group: { int: 4 } }],
    ['ConvTranspose', [4, 48, 3, 3], {}],
  ] as const)('of %s %j become floats at load', async (opType, dims, attributes) => {
    const model = buildModel({
      inputs: { x: ['float32', [1, 4, 8, 8]] },
      outputs: ['y'],
      weights: { w: randomFloats(dims, 5) },
      nodes: [{ opType, inputs: ['x', 'w'], outputs: ['y'], attributes }],
    });
    const { changed, model: result } = await blocked(model, {});
    const feeds = { x: randomFloats([1, 4, 8, 8], 6) };
    expect(changed.map(({ form }) => form)).toEqual(['weight-only']);
    expect(signalToNoiseDb(await outputOf(model, feeds), await outputOf(result, feeds))).toBeGreaterThan(15);
    expect(await optimizedOperators(result)).toEqual(await optimizedOperators(model));
  });

  it('reach a product in a body whose weight is outside', async () => {
    const taken = body('then_branch', { node: [op('MatMul', ['x', 'w'], 'p')], output: [typed('p', [5, N])] });
    const other = body('else_branch', { node: [op('Identity', ['z'], 'e')], output: [typed('e', [5, N])] });
    const model = await modelOf({
      input: [typed('c', [], BOOL), typed('x', [5, K]), typed('z', [5, N])],
      output: [typed('y', [5, N])],
      initializer: [weight('w', [K, N], 7)],
      node: [op('If', ['c'], 'y', { attribute: [taken, other] })],
    });
    const { model: result } = await blocked(model, { kernels: 'on' });
    const yes = memoryTensor('bool', [], Uint8Array.of(1));
    const feeds = { c: yes, x: randomFloats([5, K], 8), z: randomFloats([5, N], 9) };
    expect(signalToNoiseDb(await outputOf(model, feeds), await outputOf(result, feeds))).toBeGreaterThan(15);
    expect(await optimizedOperators(result)).not.toContain('DequantizeLinear');
  });
});
