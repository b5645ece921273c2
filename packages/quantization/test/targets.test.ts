import { describe, expect, it } from '@jest/globals';
import { float32Tensor, memoryTensor } from '@onnx-compress/graph';
import { randomFloats } from '@onnx-compress/test-kit';
import { TARGET_TABLES } from '../src/placement/targets/target-tables.js';
import { ConvNet } from './support/conv-net.js';
import { optimizedOperators } from './support/optimized-operators.js';
import { inStaticForm } from './support/static-form.js';

const CHANNELS = 16;
const SIDE = 8;
const DIMS = [1, CHANNELS, SIDE, SIDE];
const feeds = { x: randomFloats(DIMS, 1) };
const table = TARGET_TABLES['node-x64-vnni'];

const sibling = (net: ConvNet) => net.convRelu('sibling', 'x', CHANNELS);
const ints = (...values: readonly number[]) => ({ ints: values });
const mask = memoryTensor(
  'bool',
  DIMS,
  new Uint8Array(CHANNELS * SIDE * SIDE).map((_, index) => index % 2),
);

/** Each operator between two layers; returns what the second reads. */
const OPERATORS: Readonly<Record<string, (net: ConvNet, x: string) => string>> = {
  Add: (net, x) => net.op('Add', 'op', [x, sibling(net)]),
  AveragePool: (net, x) => net.op('AveragePool', 'op', [x], { kernel_shape: ints(2, 2), strides: ints(2, 2) }),
  Concat: (net, x) => net.op('Concat', 'op', [x, sibling(net)], { axis: { int: 1 } }, 2 * CHANNELS),
  DepthToSpace: (net, x) => net.op('DepthToSpace', 'op', [x], { blocksize: { int: 2 } }, CHANNELS / 4),
  Div: (net, x) => net.op('Div', 'op', [x, net.op('Add', 'one', [sibling(net), net.floats([1])])]),
  Flatten: (net, x) => net.op('Flatten', 'op', [x]),
  GlobalAveragePool: (net, x) => net.op('GlobalAveragePool', 'op', [x]),
  HardSigmoid: (net, x) => net.op('HardSigmoid', 'op', [x]),
  HardSwish: (net, x) => net.op('HardSwish', 'op', [x]),
  LeakyRelu: (net, x) => net.op('LeakyRelu', 'op', [x], { alpha: { float: 0.1 } }),
  MaxPool: (net, x) => net.op('MaxPool', 'op', [x], { kernel_shape: ints(3, 3), strides: ints(2, 2) }),
  Mul: (net, x) => net.op('Mul', 'op', [x, sibling(net)]),
  Reshape: (net, x) => net.op('Reshape', 'op', [x, net.integers(1, CHANNELS, SIDE / 2, SIDE * 2)]),
  Resize: (net, x) => {
    const attributes = {
      mode: { string: 'nearest' },
      nearest_mode: { string: 'floor' },
      coordinate_transformation_mode: { string: 'asymmetric' },
    };
    return net.op('Resize', 'op', [x, '', net.constant(float32Tensor([4], [1, 1, 2, 2]))], attributes);
  },
  Sigmoid: (net, x) => net.op('Sigmoid', 'op', [x]),
  Slice: (net, x) => net.op('Slice', 'op', [x, net.integers(1), net.integers(5), net.integers(2)]),
  Softmax: (net, x) => net.op('Softmax', 'op', [x], { axis: { int: -1 } }),
  Split: (net, x) => net.op('Split', 'op', [x, net.integers(CHANNELS)], { axis: { int: 1 } }),
  Squeeze: (net, x) => net.op('Squeeze', 'op', [net.op('GlobalAveragePool', 'pool', [x]), net.integers(2, 3)]),
  Sub: (net, x) => net.op('Sub', 'op', [x, sibling(net)]),
  Tanh: (net, x) => net.op('Tanh', 'op', [x]),
  Transpose: (net, x) => net.op('Transpose', 'op', [x], { perm: ints(0, 1, 3, 2) }),
  Unsqueeze: (net, x) => {
    const squeezed = net.op('Squeeze', 'squeezed', [net.op('GlobalAveragePool', 'pool', [x]), net.integers(2, 3)]);
    return net.op('Unsqueeze', 'op', [squeezed, net.integers(2, 3)]);
  },
  Where: (net, x) => net.op('Where', 'op', [net.constant(mask), x, sibling(net)], {}, CHANNELS),
};

/** The net with all of it on integers; operators that only move numbers have one scale on both sides. */
async function onIntegers(net: ConvNet, output: string, activations: readonly string[] = []) {
  const names = net.nodes.map(({ name = '' }) => name);
  const folded = new Set([...names.filter((name) => name.endsWith('_conv')), ...activations]);
  const values = ['x', ...names.filter((name) => !folded.has(name))];
  const classes: string[][] = [];
  for (const name of values) {
    const node = net.nodes.find((other) => other.name === name);
    const isMoved = node !== undefined && table.operators[node.opType]?.scales === 'same';
    const source = isMoved && classes.find((members) => members.includes(node.inputs[0] ?? ''));
    if (source) source.push(name);
    else classes.push([name]);
  }
  const { model } = await inStaticForm(net.model([output]), { nodes: names, classes }, feeds);
  return optimizedOperators(model);
}

const borders = (operators: readonly string[]) => operators.filter((name) => name === 'DequantizeLinear').length;

describe('the table of operators for x64 with VNNI', () => {
  const standAlone = Object.keys(table.operators).filter((name) => name !== 'Relu');

  it.each(standAlone)('says of %s whether onnxruntime keeps it on integers', async (opType) => {
    const net = new ConvNet(DIMS);
    const build = OPERATORS[opType];
    if (build === undefined) throw new Error(`no net for ${opType}`);
    const value = build(net, net.convRelu('first', 'x', CHANNELS));
    const isMatrix = opType === 'Flatten' || opType === 'Squeeze';
    const rows = opType === 'Flatten' ? CHANNELS * SIDE * SIDE : CHANNELS;
    const last = isMatrix
      ? net.op('Gemm', 'last', [value, net.floats([rows, 4]), net.floats([4])])
      : net.convRelu('last', value, CHANNELS);
    const operators = await onIntegers(net, last);
    if (table.operators[opType]?.integer === undefined) expect(borders(operators)).toBeGreaterThan(1);
    else expect(borders(operators)).toBe(1);
  });

  it.each(['Conv', 'Add', 'Mul', 'Concat'])(
    'lets the range behind %s do the work of Relu and of Clip',
    async (opType) => {
      for (const activation of ['Relu', 'Clip']) {
        const net = new ConvNet(DIMS);
        const first = net.convRelu('first', 'x', CHANNELS);
        const value = opType === 'Conv' ? net.conv('op', first, CHANNELS) : (OPERATORS[opType]?.(net, first) ?? first);
        const bounds = activation === 'Clip' ? [0, 6].map((bound) => net.constant(float32Tensor([], [bound]))) : [];
        const last = net.convRelu('last', net.op(activation, 'activated', [value, ...bounds]), CHANNELS);
        const operators = await onIntegers(net, last, ['op']);
        expect(operators).not.toContain(activation);
        expect(borders(operators)).toBe(1);
      }
    },
  );

  it('keeps convolutions of all kinds and products on integers', async () => {
    const net = new ConvNet(DIMS);
    const dense = net.convRelu('dense', 'x', 2 * CHANNELS, { kernel: 3 });
    const depthwise = net.convRelu('depthwise', dense, 2 * CHANNELS, { kernel: 3, depthwise: true });
    const pool = net.op('GlobalAveragePool', 'pool', [net.convRelu('pointwise', depthwise, CHANNELS)]);
    const flat = net.op('Flatten', 'flat', [pool]);
    const gemm = net.op('Gemm', 'gemm', [flat, net.floats([CHANNELS, 8]), net.floats([8])]);
    const product = net.op('MatMul', 'product', [gemm, net.floats([8, 4])]);
    const operators = await onIntegers(net, product);
    expect(borders(operators)).toBe(1);
    const layers = operators.filter((name) => /^QLinear(Conv|MatMul)$|^QGemm$/.test(name));
    expect(layers).toEqual(['QGemm', 'QLinearConv', 'QLinearConv', 'QLinearConv', 'QLinearMatMul']);
  });
});

describe('the tables of all targets', () => {
  it.each(Object.entries(TARGET_TABLES))('%s names its source and has positive figures', (_target, figures) => {
    expect(figures.source.length).toBeGreaterThan(20);
    for (const { float, integer } of Object.values(figures.layers)) {
      expect(float.mac).toBeGreaterThan(0);
      expect(integer.mac).toBeGreaterThan(0);
    }
    for (const { float } of Object.values(figures.operators)) expect(float).toBeGreaterThan(0);
  });
});
