import { afterAll, describe, expect, it } from '@jest/globals';
import {
  type AttributeValue,
  elementCount,
  float32Tensor,
  type Model,
  memoryTensor,
  type NodeSpec,
  present,
  type Tensor,
} from '@onnx-compress/graph';
import { buildModel } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { tableOf } from '../src/dyadic/functions/function-table.js';
import { differences, inIntegers } from './support/integer-forms.js';

afterAll(closeHost);

type Attributes = Readonly<Record<string, AttributeValue>>;
type Bytes = 'uint8' | 'int8';

/** An odd number of elements, so that vectors have ends. */
const DIMS = [3, 5, 7, 11];

/** All integers, over and over again. */
const bytes = (dataType: Bytes = 'uint8') =>
  memoryTensor(
    dataType,
    DIMS,
    Uint8Array.from({ length: elementCount(DIMS) }, (_, index) => (index * 101) % 256),
  );

interface Surroundings {
  readonly dataType?: Bytes;
  readonly scale?: number;
  readonly constants?: Readonly<Record<string, Tensor>>;
}

/** Nodes that make z of x, between integers q that are fed and integers y. */
function between(nodes: readonly NodeSpec[], { dataType = 'uint8', scale = 0.0546875, constants }: Surroundings = {}) {
  const zero = (value: number) => memoryTensor(dataType, [], Uint8Array.of(dataType === 'int8' ? value - 128 : value));
  const weights = {
    x_scale: float32Tensor([], [scale]),
    x_zero: zero(120),
    y_scale: float32Tensor([], [0.0390625]),
    y_zero: zero(40),
    ...constants,
  };
  return buildModel({
    opset: 20,
    opsets: { 'com.microsoft': 1 },
    inputs: { q: [dataType, DIMS] },
    outputs: ['y'],
    weights,
    nodes: [
      { opType: 'DequantizeLinear', inputs: ['q', 'x_scale', 'x_zero'], outputs: ['x'] },
      ...nodes,
      { opType: 'QuantizeLinear', inputs: ['z', 'y_scale', 'y_zero'], outputs: ['y'] },
    ],
  });
}

const only = (opType: string, attributes: Attributes = {}, inputs: readonly string[] = []): readonly NodeSpec[] => [
  { opType, inputs: ['x', ...inputs], outputs: ['z'], attributes },
];

const operatorsOf = (model: Model) => [...model.nodes()].map(({ opType }) => opType);

/** What both forms give, and whether tables are said to be exact. */
async function comparedWithTable(model: Model, dataType?: Bytes) {
  const { integers, tables } = await inIntegers(model);
  expect(operatorsOf(integers).filter((name) => name.endsWith('Linear'))).toEqual([]);
  expect(operatorsOf(integers)).toContain('Gather');
  const found = await differences(model, integers, { q: bytes(dataType) });
  return { ...found, table: tables[0] };
}

const SLOPE = { slope: float32Tensor([1, 1, 1], [0.3]) };

describe('functions of one integer', () => {
  it.each<[string, Attributes, readonly string[]]>([
    ['Abs', {}, []],
    ['Celu', {}, []],
    ['Elu', { alpha: { float: 0.7 } }, []],
    ['Erf', {}, []],
    ['Exp', {}, []],
    ['Gelu', {}, []],
    ['HardSigmoid', {}, []],
    ['HardSwish', {}, []],
    ['LeakyRelu', { alpha: { float: 0.1 } }, []],
    ['Mish', {}, []],
    ['PRelu', {}, ['slope']],
    ['Relu', {}, []],
    ['Selu', {}, []],
    ['Sigmoid', {}, []],
    ['Softplus', {}, []],
    ['Softsign', {}, []],
    ['Tanh', {}, []],
    ['ThresholdedRelu', { alpha: { float: 0.5 } }, []],
    ['Div', {}, ['slope']],
  ])('%s gives what the kernels give, as a table', async (opType, attributes, inputs) => {
    for (const dataType of ['uint8', 'int8'] as const) {
      const model = between(only(opType, attributes, inputs), { dataType, constants: inputs.length > 0 ? SLOPE : {} });
      const { different, count, table } = await comparedWithTable(model, dataType);
      expect(count).toBe(elementCount(DIMS));
      expect({ different, exact: table?.exact }).toEqual({ different: 0, exact: true });
    }
  });

  const three = { three: float32Tensor([], [3]), six: float32Tensor([], [6]), zero: float32Tensor([], [0]) };
  const root = {
    root: float32Tensor([1], [Math.SQRT2]),
    one: float32Tensor([1], [1]),
    half: float32Tensor([1], [0.5]),
  };

  it.each<[string, readonly NodeSpec[], Readonly<Record<string, Tensor>>]>([
    [
      'Sigmoid times its input',
      [
        { opType: 'Sigmoid', inputs: ['x'], outputs: ['s'] },
        { opType: 'Mul', inputs: ['x', 's'], outputs: ['z'] },
      ],
      {},
    ],
    [
      'HardSwish by Clip',
      [
        { opType: 'Add', inputs: ['x', 'three'], outputs: ['a'] },
        { opType: 'Clip', inputs: ['a', 'zero', 'six'], outputs: ['b'] },
        { opType: 'Mul', inputs: ['x', 'b'], outputs: ['c'] },
        { opType: 'Div', inputs: ['c', 'six'], outputs: ['z'] },
      ],
      three,
    ],
    [
      'Gelu by Erf',
      [
        { opType: 'Div', inputs: ['x', 'root'], outputs: ['a'] },
        { opType: 'Erf', inputs: ['a'], outputs: ['b'] },
        { opType: 'Add', inputs: ['b', 'one'], outputs: ['c'] },
        { opType: 'Mul', inputs: ['x', 'c'], outputs: ['d'] },
        { opType: 'Mul', inputs: ['d', 'half'], outputs: ['z'] },
      ],
      root,
    ],
  ])('%s is one table', async (_, nodes, constants) => {
    const { different, table } = await comparedWithTable(between(nodes, { constants }));
    expect({ different, exact: table?.exact }).toEqual({ different: 0, exact: true });
  });

  it('are exact where every integer gives the same alone as among others', () => {
    expect(tableOf([7, 8, 9], [7, 8, 9])).toEqual({ integers: [7, 8, 9], exact: true, offByOne: 0 });
    expect(tableOf([7, 8, 9], [7, 9, 10])).toEqual({ integers: [7, 8, 9], exact: false, offByOne: 2 });
  });

  it('keeps floats that others read too', async () => {
    const model = between(only('Tanh'));
    model.graph.addOutput(present(model.graph.value('z'), 'z'), { dataType: 'float32' });
    const { integers } = await inIntegers(model);
    expect(operatorsOf(integers)).toEqual(expect.arrayContaining(['DequantizeLinear', 'Tanh', 'Gather']));
    expect(await differences(model, integers, { q: bytes() })).toMatchObject({ different: 0 });
  });

  it.each<[string, readonly NodeSpec[], Readonly<Record<string, Tensor>>]>([
    ['a slope for each channel', only('PRelu', {}, ['s']), { s: float32Tensor([5, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5]) }],
    ['a constant with more dimensions', only('Mul', {}, ['s']), { s: float32Tensor([1, 1, 1, 1, 1], [0.5]) }],
    ['what reads many elements', only('Softmax', { axis: { int: 1 } }), {}],
  ])('%s stays in floats, and is named', async (_, nodes, constants) => {
    const model = between(nodes, { constants });
    const { integers, tables, skipped } = await inIntegers(model);
    expect(tables).toEqual([]);
    expect(operatorsOf(integers)).toEqual(operatorsOf(model));
    expect(skipped).toEqual([{ node: expect.any(String), reason: expect.stringContaining(nodes[0]?.opType ?? '') }]);
  });
});
