import { describe, expect, it } from '@jest/globals';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import type { NodeSpec } from '../src/model/node.js';
import { present } from '../src/present.js';
import { propagateShapes } from '../src/shapes/propagate.js';
import { int64Tensor } from '../src/tensor/numbers.js';
import { memoryTensor } from '../src/tensor/tensor.js';

const ints = (...values: number[]) => ({ ints: values });
const int = (value: number) => ({ int: value });

type Case = readonly [
  expected: readonly number[],
  node: Omit<NodeSpec, 'inputs' | 'outputs'>,
  weight?: readonly number[],
];

/** Output shapes, worked out by hand, of one node on [2, 3, 8, 9] and, where given, a weight of this shape. */
const CASES: Readonly<Record<string, Case>> = {
  'Conv with stride, pads and dilation': [
    [2, 5, 4, 5],
    { opType: 'Conv', attributes: { strides: ints(2, 2), pads: ints(1, 2, 1, 2), dilations: ints(1, 2) } },
    [5, 3, 3, 3],
  ],
  'Conv with SAME padding': [
    [2, 5, 4, 5],
    { opType: 'Conv', attributes: { auto_pad: { string: 'SAME_UPPER' }, strides: ints(2, 2) } },
    [5, 3, 3, 3],
  ],
  'ConvTranspose with groups': [
    [2, 12, 17, 19],
    { opType: 'ConvTranspose', attributes: { strides: ints(2, 2), group: int(3) } },
    [3, 4, 3, 3],
  ],
  'MaxPool of two by two': [
    [2, 3, 4, 4],
    { opType: 'MaxPool', attributes: { kernel_shape: ints(2, 2), strides: ints(2, 2) } },
  ],
  GlobalAveragePool: [[2, 3, 1, 1], { opType: 'GlobalAveragePool' }],
  'broadcasting Add': [[2, 3, 8, 9], { opType: 'Add' }, [3, 1, 1]],
  'batched MatMul': [[2, 3, 8, 4], { opType: 'MatMul' }, [9, 4]],
  MatMulNBits: [
    [2, 3, 8, 4],
    { opType: 'MatMulNBits', domain: 'com.microsoft', attributes: { K: int(9), N: int(4) } },
    [4, 1, 8],
  ],
  Flatten: [[6, 72], { opType: 'Flatten', attributes: { axis: int(2) } }],
  Transpose: [[2, 8, 9, 3], { opType: 'Transpose', attributes: { perm: ints(0, 2, 3, 1) } }],
  'ReduceMean over space': [[2, 3], { opType: 'ReduceMean', attributes: { axes: ints(2, -1), keepdims: int(0) } }],
};

describe('propagateShapes', () => {
  it.each(Object.entries(CASES))('knows the output of %s', (_name, [expected, node, weight]) => {
    const model = buildModel({
      opsets: { 'com.microsoft': 1 },
      inputs: { x: ['float32', ['batch', 3, 8, 9]] },
      outputs: ['y'],
      weights: weight ? { w: randomFloats(weight, 1) } : {},
      nodes: [{ ...node, inputs: weight ? ['x', 'w'] : ['x'], outputs: ['y'] }],
    });
    const table = propagateShapes(model, new Map([['batch', 2]]));
    expect(table.get(present(model.graph.value('y'), 'y'))?.dims).toEqual(expected);
  });

  it('reads a constant target of Reshape, with 0 and -1', () => {
    const model = buildModel({
      inputs: { x: ['float32', [2, 3, 8, 9]] },
      outputs: ['y'],
      weights: { shape: int64Tensor([3], [0, -1, 12]) },
      nodes: [{ opType: 'Reshape', inputs: ['x', 'shape'], outputs: ['y'] }],
    });
    expect(propagateShapes(model, new Map()).get(present(model.graph.value('y'), 'y'))?.dims).toEqual([2, 18, 12]);
  });

  it.each([
    ['int4', [2, 5, 8]],
    ['uint8', undefined],
  ] as const)('knows what is gathered from blocks of %s', (dataType, expected) => {
    const model = buildModel({
      opsets: { 'com.microsoft': 1 },
      inputs: { x: ['int64', [2, 5]] },
      outputs: ['y'],
      weights: { w: memoryTensor(dataType, [4, 8], new Uint8Array(dataType === 'int4' ? 16 : 32)) },
      nodes: [{ opType: 'GatherBlockQuantized', domain: 'com.microsoft', inputs: ['w', 'x'], outputs: ['y'] }],
    });
    expect(propagateShapes(model, new Map()).get(present(model.graph.value('y'), 'y'))?.dims).toEqual(expected);
  });

  it('claims nothing behind an open size or an operator without rule', () => {
    const model = buildModel({
      inputs: { x: ['float32', ['batch', 3]] },
      outputs: ['y', 'z'],
      nodes: [
        { opType: 'Relu', inputs: ['x'], outputs: ['y'] },
        { opType: 'NonZero', inputs: ['x'], outputs: ['z'] },
      ],
    });
    const dims = (name: string, sizes: readonly (readonly [string, number])[]) =>
      propagateShapes(model, new Map(sizes)).get(present(model.graph.value(name), name))?.dims;
    expect(dims('y', [])).toBeUndefined();
    expect(dims('y', [['batch', 4]])).toEqual([4, 3]);
    expect(dims('z', [['batch', 4]])).toBeUndefined();
  });
});
