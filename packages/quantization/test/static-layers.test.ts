import { describe, expect, it } from '@jest/globals';
import {
  float32Tensor,
  int64Tensor,
  type Model,
  memoryTensor,
  type NodeSpec,
  present,
  type Tensor,
} from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { toOperators } from '../src/emission/operators/to-operators.js';
import { bothFormats, writtenOperators } from './support/both-formats.js';
import { inStaticForm, planOf } from './support/static-form.js';

const CHANNELS = 8;
const SPACE = 6;
const IMAGE = [1, CHANNELS, SPACE, SPACE];
const feeds = { x: randomFloats(IMAGE, 1) };

/** A 3x3 convolution of eight channels with weights and bias of its own. */
function conv(name: string, input: string, output: string): NodeSpec {
  const attributes = { pads: { ints: [1, 1, 1, 1] } };
  return { opType: 'Conv', name, inputs: [input, `${name}_w`, `${name}_b`], outputs: [output], attributes };
}

function node(opType: string, name: string, inputs: readonly string[], output: string, spec: Partial<NodeSpec> = {}) {
  return { opType, name, inputs, outputs: [output], ...spec };
}

function net(
  nodes: readonly NodeSpec[],
  outputs: readonly string[] = ['y'],
  constants: Record<string, Tensor> = {},
): Model {
  const convolutions = nodes.filter(({ opType }) => opType === 'Conv');
  const weights = Object.fromEntries(
    convolutions.flatMap(({ name = '' }, index) => [
      [`${name}_w`, randomFloats([CHANNELS, CHANNELS, 3, 3], index + 2, 0.2)],
      [`${name}_b`, randomFloats([CHANNELS], index + 20)],
    ]),
  );
  return buildModel({ inputs: { x: ['float32', IMAGE] }, outputs, weights: { ...weights, ...constants }, nodes });
}

describe('convolutions in the static form', () => {
  it.each(['per-channel', 'per-tensor'] as const)(
    'run on integers from the first to the last (%s)',
    async (granularity) => {
      const clip = { low: float32Tensor([], [0]), high: float32Tensor([], [6]) };
      const model = net(
        [
          conv('first', 'x', 'a'),
          node('Relu', 'relu', ['a'], 'b'),
          conv('second', 'b', 'c'),
          node('Clip', 'clip', ['c', 'low', 'high'], 'd'),
          conv('third', 'd', 'y'),
        ],
        ['y'],
        clip,
      );
      const plan = { nodes: ['first', 'relu', 'second', 'clip', 'third'], classes: [['x'], ['b'], ['d'], ['y']] };
      const { optimized, operators } = await bothFormats(model, plan, feeds, { granularity });
      const expected = ['DequantizeLinear', 'QLinearConv', 'QLinearConv', 'QLinearConv', 'QuantizeLinear'];
      expect(optimized).toEqual(expected);
      expect(writtenOperators(operators)).toEqual(expected);
    },
  );

  it('add a residual on integers', async () => {
    const model = net([
      conv('first', 'x', 'a'),
      node('Relu', 'relu', ['a'], 'b'),
      conv('second', 'b', 'c'),
      node('Add', 'add', ['c', 'b'], 'd'),
      node('Relu', 'last', ['d'], 'y'),
    ]);
    const plan = { nodes: ['first', 'relu', 'second', 'add', 'last'], classes: [['x'], ['b'], ['c'], ['y']] };
    const { optimized, operators } = await bothFormats(model, plan, feeds);
    const expected = ['DequantizeLinear', 'QLinearAdd', 'QLinearConv', 'QLinearConv', 'QuantizeLinear'];
    expect(optimized).toEqual(expected);
    expect(writtenOperators(operators)).toEqual(expected);
  });

  it('join and move numbers without leaving the integers', async () => {
    const model = net(
      [
        conv('first', 'x', 'a'),
        conv('second', 'x', 'b'),
        node('Concat', 'concat', ['a', 'b'], 'c', { attributes: { axis: { int: 2 } } }),
        node('MaxPool', 'pool', ['c'], 'd', {
          attributes: { kernel_shape: { ints: [3, 2] }, strides: { ints: [2, 1] }, pads: { ints: [1, 0, 1, 1] } },
        }),
        node('Transpose', 'turn', ['d'], 'e', { attributes: { perm: { ints: [0, 1, 3, 2] } } }),
        node('Reshape', 'reshape', ['e', 'shape'], 'f'),
        conv('third', 'f', 'y'),
      ],
      ['y'],
      { shape: int64Tensor([4], IMAGE) },
    );
    const plan = {
      nodes: ['first', 'second', 'concat', 'pool', 'turn', 'reshape', 'third'],
      classes: [['x'], ['c', 'a', 'b', 'd', 'e', 'f'], ['y']],
    };
    const { optimized, operators, qdq } = await bothFormats(model, plan, feeds);
    expect(optimized.filter((name) => /Linear$/.test(name))).toEqual(['DequantizeLinear', 'QuantizeLinear']);
    expect(optimized).toContain('QLinearConcat');
    expect(writtenOperators(operators).filter((name) => /Linear$/.test(name))).toHaveLength(2);
    expect(qdq.graph.value('c_scale')?.uses).toHaveLength(12);
  });

  it('multiply and add constants as integers', async () => {
    const model = net(
      [conv('first', 'x', 'a'), node('Mul', 'mul', ['a', 'factor'], 'b'), node('Relu', 'relu', ['b'], 'y')],
      ['y'],
      { factor: randomFloats([1, CHANNELS, 1, 1], 7) },
    );
    const plan = { nodes: ['first', 'mul', 'relu'], classes: [['x'], ['a'], ['factor'], ['y']] };
    const { optimized, qdq } = await bothFormats(model, plan, feeds);
    expect(optimized).toEqual(['DequantizeLinear', 'QLinearConv', 'QLinearMul', 'QuantizeLinear']);
    expect(qdq.graph.value('factor')).toBeUndefined();
    expect(qdq.graph.value('factor_quantized')?.weight?.tensor).toMatchObject({ dataType: 'uint8' });
  });

  it('average on integers', async () => {
    const model = net([
      conv('first', 'x', 'a'),
      node('AveragePool', 'local', ['a'], 'b', { attributes: { kernel_shape: { ints: [2, 2] } } }),
      node('GlobalAveragePool', 'global', ['b'], 'c'),
      node('LeakyRelu', 'leaky', ['c'], 'd', { attributes: { alpha: { float: 0.5 } } }),
      node('Sigmoid', 'sigmoid', ['d'], 'y'),
    ]);
    const nodes = ['first', 'local', 'global', 'leaky', 'sigmoid'];
    const { optimized } = await bothFormats(
      model,
      { nodes, classes: [['x'], ['a'], ['b'], ['c'], ['d'], ['y']] },
      feeds,
    );
    for (const name of ['AveragePool', 'GlobalAveragePool', 'LeakyRelu', 'Sigmoid']) {
      expect(optimized).toContain(`QLinear${name}`);
    }
  });
});

describe('what lies between convolutions', () => {
  it('splits, chooses and normalizes integers', async () => {
    const half = CHANNELS / 2;
    const parts = { opType: 'Split', name: 'split', inputs: ['a'], outputs: ['b', 'c'] };
    const model = net(
      [
        conv('first', 'x', 'a'),
        { ...parts, attributes: { axis: { int: 1 } } },
        node('Where', 'where', ['mask', 'b', 'c'], 'd'),
        node('Softmax', 'softmax', ['d'], 'y', { attributes: { axis: { int: 1 } } }),
      ],
      ['y'],
      {
        mask: memoryTensor(
          'bool',
          [half, 1, 1],
          Uint8Array.from({ length: half }, (_, index) => index % 2),
        ),
      },
    );
    const plan = {
      nodes: ['first', 'split', 'where', 'softmax'],
      classes: [['x'], ['a', 'b', 'c'], ['d'], ['y']],
    };
    const { optimized, operators } = await bothFormats(model, plan, feeds, { leastDb: 28 });
    const expected = ['DequantizeLinear', 'QLinearConv', 'QLinearSoftmax', 'QLinearWhere', 'QuantizeLinear', 'Split'];
    expect(optimized).toEqual(expected);
    expect(writtenOperators(operators)).toEqual(expected);
  });

  it('stays between DequantizeLinear and QuantizeLinear without an operator on integers', async () => {
    const model = net([conv('first', 'x', 'a'), node('Tanh', 'tanh', ['a'], 'b'), conv('last', 'b', 'y')]);
    const plan = { nodes: ['first', 'tanh', 'last'], classes: [['x'], ['a'], ['b'], ['y']] };
    const { operators } = await bothFormats(model, plan, feeds);
    expect(writtenOperators(operators)).toEqual([
      'DequantizeLinear',
      'DequantizeLinear',
      'QLinearConv',
      'QLinearConv',
      'QuantizeLinear',
      'QuantizeLinear',
      'Tanh',
    ]);
  });

  it('keeps a Clip that cuts off more than the integers do', async () => {
    const model = net([conv('first', 'x', 'a'), node('Clip', 'clip', ['a', 'low', 'high'], 'y')], ['y'], {
      low: float32Tensor([], [-1]),
      high: float32Tensor([], [0.5]),
    });
    const { model: qdq } = await inStaticForm(model, { nodes: ['first', 'clip'], classes: [['x'], ['y']] }, feeds);
    const scale = present(qdq.graph.value('y_scale')?.weight, 'scale');
    scale.replace(float32Tensor([], [1]));
    const operators = qdq.clone();
    await toOperators(operators, planOf(operators, { nodes: ['first', 'clip'], classes: [] }));
    expect(writtenOperators(operators)).toEqual(writtenOperators(qdq));
  });

  it('may be read with signed integers', async () => {
    const model = net([conv('first', 'x', 'a'), node('Relu', 'relu', ['a'], 'b'), conv('second', 'b', 'y')]);
    const plan = { nodes: ['first', 'relu', 'second'], classes: [['x'], ['b'], ['y']] };
    const { optimized, qdq } = await bothFormats(model, plan, feeds, { dataType: 'int8' });
    expect(optimized).toEqual(['DequantizeLinear', 'QLinearConv', 'QLinearConv', 'QuantizeLinear']);
    expect(qdq.graph.value('int8_-128')?.weight?.tensor).toMatchObject({ dataType: 'int8' });
  });
});

describe('a weight in the static form', () => {
  it('is stored once for all layers that share it', async () => {
    const second = { ...conv('second', 'a', 'y'), inputs: ['a', 'first_w', 'first_b'] };
    const model = net([conv('first', 'x', 'a'), { ...second, name: 'second' }]);
    const plan = { nodes: ['first', 'second'], classes: [['x'], ['a'], ['y']] };
    const { optimized, qdq } = await bothFormats(model, plan, feeds);
    expect(optimized).toEqual(['DequantizeLinear', 'QLinearConv', 'QLinearConv', 'QuantizeLinear']);
    const names = [...qdq.graph.weights()].map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('first_'))).toEqual([
      'first_w_quantized',
      'first_w_scale',
      'first_b_q',
      'first_b_scale',
      'first_b_q_1',
      'first_b_scale_1',
    ]);
  });

  it('of a ConvTranspose with groups keeps a scale for each channel of a group', async () => {
    const attributes = { group: { int: 2 } };
    const inputs = ['x', 'w', 'b'];
    const model = net([node('ConvTranspose', 'deconv', inputs, 'y', { attributes })], ['y'], {
      w: randomFloats([CHANNELS, 3, 2, 2], 4, 0.2),
      b: randomFloats([6], 5),
    });
    const { qdq } = await bothFormats(model, { nodes: ['deconv'], classes: [['x'], ['y']] }, feeds);
    expect(qdq.graph.value('b_scale')?.weight?.tensor.dims).toEqual([6]);
  });
});

describe('a value in the static form', () => {
  it('is integers beside its floats where a float node computes it', async () => {
    const model = net([node('Tanh', 'tanh', ['x'], 'a'), conv('first', 'a', 'b'), node('Add', 'add', ['a', 'b'], 'y')]);
    const { optimized, qdq } = await bothFormats(model, { nodes: ['first'], classes: [['a'], ['b']] }, feeds);
    expect(optimized).toEqual(['Add', 'DequantizeLinear', 'QLinearConv', 'QuantizeLinear', 'Tanh']);
    expect(qdq.graph.nodes.find(({ name }) => name === 'add')?.inputs).toEqual(['a', 'b']);
  });

  it('has a DequantizeLinear for each reader on integers, and keeps its name for the others', async () => {
    const model = net(
      [
        conv('first', 'x', 'a'),
        conv('left', 'a', 'b'),
        conv('right', 'a', 'c'),
        node('Tanh', 'tanh', ['a'], 'y'),
        node('Add', 'add', ['b', 'c'], 'z'),
      ],
      ['y', 'a', 'z'],
    );
    const plan = { nodes: ['first', 'left', 'right', 'add'], classes: [['x'], ['a'], ['b'], ['c'], ['z']] };
    const { optimized, qdq } = await bothFormats(model, plan, feeds);
    expect(optimized.filter((name) => name.startsWith('QLinear'))).toHaveLength(4);
    expect(qdq.graph.value('a')?.uses).toHaveLength(2);
    expect(qdq.graph.outputs.map(({ name }) => name)).toEqual(['y', 'a', 'z']);
    expect(qdq.graph.nodes.find(({ name }) => name === 'left')?.inputs[0]).toBe('a_dq');
  });

  it('tells its shape as integers', async () => {
    const model = net([
      conv('first', 'x', 'a'),
      node('Shape', 'shape', ['a'], 'b'),
      node('Reshape', 'reshape', ['a', 'b'], 'c'),
      conv('second', 'c', 'y'),
    ]);
    const plan = { nodes: ['first', 'reshape', 'second'], classes: [['x'], ['a', 'c'], ['y']] };
    const { qdq, operators } = await bothFormats(model, plan, feeds);
    expect(qdq.graph.nodes.find(({ opType }) => opType === 'Shape')?.inputs).toEqual(['a_q']);
    expect(writtenOperators(operators).filter((name) => name === 'DequantizeLinear')).toHaveLength(1);
  });

  it('always has a zero point, of the type of its integers', async () => {
    const model = net([conv('first', 'x', 'a'), node('Relu', 'relu', ['a'], 'y')]);
    const { model: qdq } = await inStaticForm(model, { nodes: ['first', 'relu'], classes: [['x'], ['y']] }, feeds);
    const quantizers = qdq.graph.nodes.filter(({ opType }) => opType === 'QuantizeLinear');
    expect(quantizers.map(({ inputs }) => inputs)).toEqual([
      ['x', 'x_scale', 'uint8_121'],
      ['y_raw', 'y_scale', 'uint8_0'],
    ]);
    const zero = qdq.graph.value('uint8_0')?.weight?.tensor;
    expect(zero).toMatchObject({ dataType: 'uint8', dims: [], inline: Uint8Array.of(0) });
  });
});
