import { describe, expect, it } from '@jest/globals';
import {
  type AttributeValue,
  type Dim,
  float32Tensor,
  type Model,
  type NodeSpec,
  type Tensor,
} from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { bothFormats, writtenOperators } from './support/both-formats.js';

const ROWS = 5;
const DEPTH = 32;
const COLUMNS = 24;

interface GemmVariant {
  readonly transA?: 1;
  readonly transB?: 1;
  readonly alpha?: number;
  readonly beta?: number;
  /** Shape of the constant C; `fed` for one that is a graph input. */
  readonly bias?: readonly number[] | 'fed';
}

/** A Gemm between float nodes. */
function gemm({ transA, transB, alpha, beta, bias }: GemmVariant): Model {
  const constant = bias === undefined || bias === 'fed' ? {} : { c: randomFloats(bias, 2, 3) };
  const attributes: Record<string, AttributeValue> = {
    ...(transA && { transA: { int: transA } }),
    ...(transB && { transB: { int: transB } }),
    ...(alpha !== undefined && { alpha: { float: alpha } }),
    ...(beta !== undefined && { beta: { float: beta } }),
  };
  return buildModel({
    inputs: {
      x: ['float32', transA ? [DEPTH, ROWS] : [ROWS, DEPTH]],
      ...(bias === 'fed' && { c: ['float32', [COLUMNS]] }),
    },
    outputs: ['y'],
    weights: { w: randomFloats(transB ? [COLUMNS, DEPTH] : [DEPTH, COLUMNS], 1, 0.3), ...constant },
    nodes: [
      { opType: 'Identity', name: 'copy', inputs: ['x'], outputs: ['a'] },
      { opType: 'Gemm', name: 'gemm', inputs: bias ? ['a', 'w', 'c'] : ['a', 'w'], outputs: ['b'], attributes },
      { opType: 'Tanh', name: 'tanh', inputs: ['b'], outputs: ['y'] },
    ],
  });
}

function feedsOf({ transA, bias }: GemmVariant): Record<string, Tensor> {
  const x = randomFloats(transA ? [DEPTH, ROWS] : [ROWS, DEPTH], 3);
  return bias === 'fed' ? { x, c: randomFloats([COLUMNS], 4) } : { x };
}

const FUSED: readonly GemmVariant[] = [
  {},
  { transB: 1 },
  { transA: 1, bias: [COLUMNS] },
  { transB: 1, bias: [COLUMNS] },
  { alpha: 0.5, beta: 2, bias: [COLUMNS] },
  { alpha: -0.7, beta: -3, transB: 1, bias: [1, COLUMNS] },
  { bias: [] },
  { bias: [1, 1] },
  { beta: 0, bias: [COLUMNS] },
];

const ADDED_BEHIND: readonly GemmVariant[] = [
  { bias: [ROWS, 1], beta: 0.5 },
  { bias: [ROWS, COLUMNS], transB: 1 },
  { bias: 'fed', beta: 0.25, alpha: 2 },
];

describe('a Gemm in the static form', () => {
  it.each(FUSED)('gives floats out of QGemm: %j', async (variant) => {
    const plan = { nodes: ['gemm'], classes: [['a']] };
    const { optimized, operators } = await bothFormats(gemm(variant), plan, feedsOf(variant));
    expect(optimized).toEqual(['QGemm', 'QuantizeLinear', 'Tanh']);
    expect(writtenOperators(operators)).toContain('QGemm');
  });

  it('has one scale for its weight where that is asked for', async () => {
    const variant = { transB: 1, alpha: 0.5, bias: [COLUMNS] } as const;
    const plan = { nodes: ['gemm'], classes: [['a']] };
    const settings = { granularity: 'per-tensor' } as const;
    const { optimized, qdq } = await bothFormats(gemm(variant), plan, feedsOf(variant), settings);
    expect(optimized).toEqual(['QGemm', 'QuantizeLinear', 'Tanh']);
    expect(qdq.graph.value('w_scale')?.weight?.tensor.dims).toEqual([]);
    expect(qdq.graph.value('c_scale')?.weight?.tensor.dims).toEqual([]);
  });

  it.each(FUSED)('gives integers out of QGemm: %j', async (variant) => {
    const plan = { nodes: ['gemm'], classes: [['a'], ['b']] };
    const { optimized, operators } = await bothFormats(gemm(variant), plan, feedsOf(variant));
    expect(optimized).toEqual(['DequantizeLinear', 'QGemm', 'QuantizeLinear', 'Tanh']);
    expect(writtenOperators(operators)).toContain('QGemm');
  });

  it.each(ADDED_BEHIND)('leaves a bias that is not one number per column to an Add: %j', async (variant) => {
    for (const classes of [[['a']], [['a'], ['b']]]) {
      const { optimized } = await bothFormats(gemm(variant), { nodes: ['gemm'], classes }, feedsOf(variant));
      expect(optimized).toEqual(expect.arrayContaining(['Add', 'QGemm']));
      expect(optimized.filter((name) => name === 'DequantizeLinear')).toEqual([]);
    }
  });

  const bounds = { low: float32Tensor([], [-0.5]), high: float32Tensor([], [2]) };
  const activations: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['Relu', [], ['Max']],
    ['Clip', ['low'], ['Max']],
    ['Clip', ['low', 'high'], ['Max', 'Min']],
    ['Clip', ['', 'high'], ['Min']],
    ['LeakyRelu', [], ['LeakyRelu']],
    ['Sigmoid', [], ['Sigmoid']],
  ];

  it.each(activations)('stays on integers in front of %s %j of floats', async (opType, inputs, expected) => {
    const model = buildModel({
      inputs: { x: ['float32', [ROWS, DEPTH]] },
      outputs: ['y'],
      weights: { w: randomFloats([DEPTH, COLUMNS], 1, 0.3), c: randomFloats([COLUMNS], 2), ...bounds },
      nodes: [
        { opType: 'Gemm', name: 'gemm', inputs: ['x', 'w', 'c'], outputs: ['a'] },
        { opType, name: 'activation', inputs: ['a', ...inputs], outputs: ['b'] },
        { opType: 'Erf', name: 'erf', inputs: ['b'], outputs: ['y'] },
      ],
    });
    const { optimized } = await bothFormats(model, { nodes: ['gemm'], classes: [['x']] }, feedsOf({}));
    expect(optimized).toEqual(['Erf', 'QGemm', 'QuantizeLinear', ...expected].sort());
  });

  it('keeps its bias where alpha is 0', async () => {
    const variant = { alpha: 0, bias: [COLUMNS] };
    const { optimized } = await bothFormats(gemm(variant), { nodes: ['gemm'], classes: [['a']] }, feedsOf(variant));
    expect(optimized).toContain('QGemm');
  });
});

/** A MatMul of a stack of matrices, with what follows it up to `y`. */
function matMul(input: readonly Dim[], behind: readonly NodeSpec[], weights: Record<string, Tensor> = {}): Model {
  return buildModel({
    inputs: { x: ['float32', input] },
    outputs: ['y'],
    weights: { w: randomFloats([DEPTH, COLUMNS], 1, 0.3), ...weights },
    nodes: [{ opType: 'MatMul', name: 'matmul', inputs: ['x', 'w'], outputs: ['a'] }, ...behind],
  });
}

const tanh = (input: string): NodeSpec => ({ opType: 'Tanh', name: 'tanh', inputs: [input], outputs: ['y'] });
const add: NodeSpec = { opType: 'Add', name: 'add', inputs: ['a', 'c'], outputs: ['b'] };

describe('a MatMul in the static form', () => {
  const feeds = { x: randomFloats([2, ROWS, DEPTH], 3) };

  it('gives floats without a QuantizeLinear behind', async () => {
    const model = matMul(['batch', ROWS, DEPTH], [tanh('a')]);
    const { optimized, operators } = await bothFormats(model, { nodes: ['matmul'], classes: [['x']] }, feeds);
    expect(optimized).toEqual(['MatMulIntegerToFloat', 'QuantizeLinear', 'Tanh']);
    expect(writtenOperators(operators)).toEqual(optimized);
  });

  it('gives integers with one', async () => {
    const model = matMul(['batch', ROWS, DEPTH], [tanh('a')]);
    const { optimized, operators } = await bothFormats(model, { nodes: ['matmul'], classes: [['x'], ['a']] }, feeds);
    expect(optimized).toEqual(['DequantizeLinear', 'QLinearMatMul', 'QuantizeLinear', 'Tanh']);
    expect(writtenOperators(operators)).toEqual(optimized);
  });

  it.each([
    [[ROWS, DEPTH], [COLUMNS]],
    [
      [ROWS, DEPTH],
      [1, COLUMNS],
    ],
    [[2, ROWS, DEPTH], [COLUMNS]],
    [['rows', DEPTH], [COLUMNS]],
  ] as const)('of shape %j takes the bias of %j behind it into QGemm', async (input, bias) => {
    const model = matMul(input, [add, tanh('b')], { c: randomFloats(bias, 2) });
    const x = randomFloats(
      input.map((size) => (typeof size === 'string' ? ROWS : size)),
      3,
    );
    const floats = await bothFormats(model, { nodes: ['matmul'], classes: [['x']] }, { x });
    expect(floats.optimized.filter((name) => name !== 'Reshape')).toEqual(['QGemm', 'QuantizeLinear', 'Tanh']);
    const integers = await bothFormats(model, { nodes: ['matmul', 'add'], classes: [['x'], ['b']] }, { x });
    expect(integers.optimized.filter((name) => /Linear$|Gemm/.test(name))).toEqual([
      'DequantizeLinear',
      'QGemm',
      'QuantizeLinear',
    ]);
  });

  it.each([
    [2, ROWS, DEPTH],
    ['batch', ROWS, DEPTH],
  ])('stays on integers in front of a Relu: %j', async (...input) => {
    const relu = { opType: 'Relu', name: 'relu', inputs: ['b'], outputs: ['d'] };
    const model = matMul(input, [add, relu, tanh('d')], { c: randomFloats([COLUMNS], 2) });
    const floats = await bothFormats(model, { nodes: ['matmul'], classes: [['x']] }, feeds);
    expect(floats.optimized).toEqual(expect.arrayContaining([expect.stringMatching(/QGemm|MatMulIntegerToFloat/)]));
    const plan = { nodes: ['matmul', 'add', 'relu'], classes: [['x'], ['d']] };
    const integers = await bothFormats(model, plan, feeds);
    expect(integers.optimized).toEqual(expect.arrayContaining([expect.stringMatching(/QGemm|MatMulIntegerToFloat/)]));
  });

  it('leaves the bias to an Add where the number of matrices is open', async () => {
    const model = matMul(['batch', ROWS, DEPTH], [add, tanh('b')], { c: randomFloats([COLUMNS], 2) });
    const { optimized } = await bothFormats(model, { nodes: ['matmul'], classes: [['x']] }, feeds);
    expect(optimized).toEqual(['Add', 'DequantizeLinear', 'MatMulIntegerToFloat', 'QuantizeLinear', 'Tanh']);
  });

  it('adds a bias on integers where the product itself is quantized', async () => {
    const model = matMul([2, ROWS, DEPTH], [add, tanh('b')], { c: randomFloats([COLUMNS], 2) });
    const plan = { nodes: ['matmul', 'add'], classes: [['x'], ['a'], ['c'], ['b']] };
    const { optimized } = await bothFormats(model, plan, feeds);
    expect(optimized).toEqual(['DequantizeLinear', 'QLinearAdd', 'QLinearMatMul', 'QuantizeLinear', 'Tanh']);
  });
});
