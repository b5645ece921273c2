import { describe, expect, it } from '@jest/globals';
import {
  type AttributeValue,
  float32Tensor,
  type Model,
  memoryTensor,
  readModel,
  type Tensor,
} from '@onnx-compress/graph';
import { buildModel, ifModelBytes, randomFloats } from '@onnx-compress/test-kit';
import { quantized } from './support/context.js';
import { fidelityDb } from './support/fidelity.js';
import { optimizedOperators } from './support/optimized-operators.js';

const ROWS = 5;
const DEPTH = 96;
const COLUMNS = 64;
const SANE_DB = 30;

const forced = { activations: 'dynamic' } as const;

function matMul(bias: boolean): Model {
  const nodes = [{ opType: 'MatMul', name: 'fc', inputs: ['x', 'w'], outputs: [bias ? 'product' : 'y'] }];
  if (bias) nodes.push({ opType: 'Add', name: 'bias', inputs: ['product', 'b'], outputs: ['y'] });
  return buildModel({
    inputs: { x: ['float32', [ROWS, DEPTH]] },
    outputs: { y: ['float32', [ROWS, COLUMNS]] },
    weights: { w: randomFloats([DEPTH, COLUMNS], 1), ...(bias ? { b: randomFloats([COLUMNS], 2) } : {}) },
    nodes,
  });
}

interface GemmVariant {
  readonly transA?: boolean;
  readonly transB?: boolean;
  readonly alpha?: number;
  readonly beta?: number;
  /** Shape of the constant C; `fed` for one that is a graph input. */
  readonly bias?: readonly number[] | 'fed';
}

const int = (value: boolean | undefined): AttributeValue => ({ int: value ? 1 : 0 });

function gemm({ transA, transB, alpha = 1, beta = 1, bias }: GemmVariant): Model {
  const fed = bias === 'fed';
  const weights: Record<string, Tensor> = { w: randomFloats(transB ? [COLUMNS, DEPTH] : [DEPTH, COLUMNS], 1) };
  if (bias !== undefined && bias !== 'fed') weights.c = randomFloats(bias, 2, 20);
  return buildModel({
    inputs: {
      x: ['float32', transA ? [DEPTH, ROWS] : [ROWS, DEPTH]],
      ...(fed ? { c: ['float32', [COLUMNS]] as const } : {}),
    },
    outputs: { y: ['float32', [ROWS, COLUMNS]] },
    weights,
    nodes: [
      {
        opType: 'Gemm',
        inputs: bias === undefined ? ['x', 'w'] : ['x', 'w', 'c'],
        outputs: ['y'],
        attributes: { transA: int(transA), transB: int(transB), alpha: { float: alpha }, beta: { float: beta } },
      },
    ],
  });
}

describe('a dynamic product', () => {
  it.each([false, true])('of MatMul is fused by onnxruntime into one kernel (bias: %p)', async (bias) => {
    const original = matMul(bias);
    const { model, changed } = await quantized(original, forced);
    expect(changed).toMatchObject([{ node: 'fc', tensor: 'w', scheme: 'int8-per-channel', form: 'dynamic' }]);
    expect(await optimizedOperators(model)).toEqual(['DynamicQuantizeMatMul']);
    expect(await fidelityDb(original, model, { x: randomFloats([ROWS, DEPTH], 3) })).toBeGreaterThan(SANE_DB);
  });

  it.each([true, false])('of Gemm is fused by onnxruntime into one kernel (transB: %p)', async (transB) => {
    const { model } = await quantized(gemm({ transB, bias: [COLUMNS] }), forced);
    expect(await optimizedOperators(model)).toEqual(['DynamicQuantizeMatMul']);
  });

  const variants: readonly GemmVariant[] = [
    {},
    { transA: true },
    { transB: true },
    { transA: true, transB: true, bias: [COLUMNS] },
    { alpha: 0.5, beta: 2, bias: [COLUMNS] },
    { alpha: -3, transB: true, bias: [1, COLUMNS] },
    { beta: 0, bias: [COLUMNS] },
    { bias: [ROWS, 1] },
    { bias: [ROWS, COLUMNS] },
    { bias: [] },
    { beta: 0.25, bias: 'fed' },
  ];

  it.each(variants)('computes what Gemm computes: %j', async (variant) => {
    const original = gemm(variant);
    for (const granularity of ['per-channel', 'per-tensor'] as const) {
      const { model, changed } = await quantized(original, { ...forced, granularity });
      expect(changed).toHaveLength(1);
      const feeds = {
        x: randomFloats(variant.transA ? [DEPTH, ROWS] : [ROWS, DEPTH], 3),
        ...(variant.bias === 'fed' ? { c: randomFloats([COLUMNS], 4) } : {}),
      };
      expect(await fidelityDb(original, model, feeds)).toBeGreaterThan(SANE_DB);
    }
  });

  it.each([
    [[DEPTH], [COLUMNS]],
    [
      [2, ROWS, DEPTH],
      [2, ROWS, COLUMNS],
    ],
  ])('takes activations of shape %j', async (input, output) => {
    const original = buildModel({
      inputs: { x: ['float32', input] },
      outputs: { y: ['float32', output] },
      weights: { w: randomFloats([DEPTH, COLUMNS], 1) },
      nodes: [{ opType: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
    });
    const { model } = await quantized(original, forced);
    expect(await fidelityDb(original, model, { x: randomFloats(input, 3) })).toBeGreaterThan(SANE_DB);
  });

  it('quantizes an activation once for all layers that read it', async () => {
    const original = buildModel({
      inputs: { x: ['float32', [ROWS, DEPTH]] },
      outputs: { y: ['float32', [ROWS, COLUMNS]] },
      weights: { q: randomFloats([DEPTH, COLUMNS], 1), k: randomFloats([DEPTH, COLUMNS], 2) },
      nodes: [
        { opType: 'MatMul', inputs: ['x', 'q'], outputs: ['a'] },
        { opType: 'MatMul', inputs: ['x', 'k'], outputs: ['b'] },
        { opType: 'Add', inputs: ['a', 'b'], outputs: ['y'] },
      ],
    });
    const { model } = await quantized(original, forced);
    const operators = await optimizedOperators(model);
    expect(operators.filter((name) => name === 'MatMulIntegerToFloat')).toHaveLength(2);
    expect(operators.filter((name) => name === 'DynamicQuantizeLinear')).toHaveLength(1);
    expect(await fidelityDb(original, model, { x: randomFloats([ROWS, DEPTH], 3) })).toBeGreaterThan(SANE_DB);
  });

  it('stores a weight that two products share once', async () => {
    const original = buildModel({
      inputs: { x: ['float32', [ROWS, DEPTH]] },
      outputs: { y: ['float32', [ROWS, DEPTH]] },
      weights: { w: randomFloats([DEPTH, DEPTH], 1, 0.1) },
      nodes: [
        { opType: 'MatMul', inputs: ['x', 'w'], outputs: ['h'] },
        { opType: 'Gemm', inputs: ['h', 'w'], outputs: ['y'] },
      ],
    });
    const { model, changed } = await quantized(original, forced);
    expect([...model.weights()].map(({ name }) => name)).toEqual(['w_quantized', 'w_scale']);
    expect(changed.map(({ bytesBefore }) => bytesBefore)).toEqual([expect.any(Number), 0]);
    expect(await fidelityDb(original, model, { x: randomFloats([ROWS, DEPTH], 3) })).toBeGreaterThan(SANE_DB - 4);
  });

  it.each([true, false])('works inside the branches of an If (condition %p)', async (condition) => {
    const original = await readModel(ifModelBytes({ rows: DEPTH, columns: COLUMNS }));
    const { model, changed } = await quantized(original, forced);
    expect(changed.map(({ form }) => form)).toEqual(['dynamic', 'dynamic']);
    const feeds = {
      x: randomFloats([1, DEPTH], 4),
      condition: memoryTensor('bool', [], Uint8Array.of(Number(condition))),
    };
    expect(await fidelityDb(original, model, feeds)).toBeGreaterThan(SANE_DB);
  });

  it('survives a channel of zeros', async () => {
    const values = Float32Array.from({ length: DEPTH * COLUMNS }, (_, i) => (i % COLUMNS === 0 ? 0 : Math.sin(i)));
    const original = buildModel({
      inputs: { x: ['float32', [ROWS, DEPTH]] },
      outputs: { y: ['float32', [ROWS, COLUMNS]] },
      weights: { w: float32Tensor([DEPTH, COLUMNS], values) },
      nodes: [{ opType: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
    });
    const { model } = await quantized(original, forced);
    expect(await fidelityDb(original, model, { x: randomFloats([ROWS, DEPTH], 3) })).toBeGreaterThan(SANE_DB);
  });

  it('is chosen for large weights only', async () => {
    const layer = (size: number) =>
      buildModel({
        inputs: { x: ['float32', [1, size]] },
        outputs: ['y'],
        weights: { w: randomFloats([size, size], 1) },
        nodes: [{ opType: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
      });
    const forms = await Promise.all(
      [64, 128].map(async (size) => (await quantized(layer(size))).changed.map(({ form }) => form)),
    );
    expect(forms).toEqual([['weight-only'], ['dynamic']]);
    const none = await quantized(layer(128), { activations: 'none' });
    expect(none.changed).toMatchObject([{ form: 'weight-only' }]);
  });
});
