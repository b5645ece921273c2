import { describe, expect, it } from '@jest/globals';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import type { Dim, NodeSpec } from '../src/index.js';
import { inferByRules, int64Tensor } from '../src/index.js';

const weights = { w: randomFloats([8, 3, 3, 3], 1), m: randomFloats([8, 5], 2), shape: int64Tensor([2], [0, -1]) };
const LAYERS: readonly NodeSpec[] = [
  { opType: 'Conv', inputs: ['x', 'w'], outputs: ['c'], attributes: { pads: { ints: [1, 1, 1, 1] } } },
  { opType: 'Add', inputs: ['c', 'c'], outputs: ['a'] },
  { opType: 'GlobalAveragePool', inputs: ['a'], outputs: ['p'] },
  { opType: 'Reshape', inputs: ['p', 'shape'], outputs: ['r'] },
  { opType: 'MatMul', inputs: ['r', 'm'], outputs: ['y'] },
];

const modelOf = (dims: readonly Dim[], nodes = LAYERS, output = 'y') =>
  buildModel({ inputs: { x: ['float32', dims] }, outputs: [output], weights, nodes });

function typesIn(model: ReturnType<typeof modelOf>, dims: ReadonlyMap<string, Dim> = new Map()) {
  const table = inferByRules(model, dims);
  return table && Object.fromEntries([...model.graph.values()].map((value) => [value.name, table.get(value)?.dims]));
}

describe('inferByRules', () => {
  it('carries sizes, symbols and element types through the graph', () => {
    const model = modelOf(['batch', 3, 16, 16]);
    expect(typesIn(model)).toMatchObject({
      x: ['batch', 3, 16, 16],
      c: ['batch', 8, 16, 16],
      a: ['batch', 8, 16, 16],
      p: ['batch', 8, 1, 1],
      r: ['batch', 8],
      y: ['batch', 5],
    });
    const { graph } = model;
    const output = graph.value('y');
    expect(output && inferByRules(model, new Map())?.get(output)?.dataType).toBe('float32');
  });

  it('puts given sizes in for symbols', () => {
    expect(typesIn(modelOf(['batch', 3, 16, 16]), new Map([['batch', 7]]))).toMatchObject({ y: [7, 5] });
  });

  it('keeps symbols apart', () => {
    const nodes = [{ opType: 'Transpose', inputs: ['x'], outputs: ['y'], attributes: { perm: { ints: [1, 0, 2] } } }];
    expect(typesIn(modelOf(['rows', 'columns', 4], nodes))).toMatchObject({ y: ['columns', 'rows', 4] });
  });

  it('adds constant amounts of padding', () => {
    const amounts = int64Tensor([8], [0, 0, 1, 2, 0, 0, 3, -4]);
    const nodes = [{ opType: 'Pad', inputs: ['x', 'amounts'], outputs: ['y'] }];
    const inputs = { x: ['float32', ['batch', 3, 16, 16]] } as const;
    const model = buildModel({ inputs, outputs: ['y'], weights: { amounts }, nodes });
    expect(typesIn(model)).toMatchObject({ y: ['batch', 3, 20, 14] });
  });

  it('tells nothing where a size follows from a symbol', () => {
    const nodes = [{ opType: 'Concat', inputs: ['x', 'x'], outputs: ['y'], attributes: { axis: { int: 2 } } }];
    expect(typesIn(modelOf(['batch', 3, 'height', 16], nodes))).toBeUndefined();
    const known = typesIn(modelOf(['batch', 3, 'height', 16], nodes), new Map([['height', 8]]));
    expect(known).toMatchObject({ y: ['batch', 3, 16, 16] });
  });

  it('tells nothing where an open dimension of an input has no symbol', () => {
    expect(typesIn(modelOf([undefined, 3, 16, 16]))).toBeUndefined();
  });

  it.each([
    { opType: 'Cast', inputs: ['x'], outputs: ['y'], attributes: { to: { int: 7 } } },
    { opType: 'Squeeze', inputs: ['x'], outputs: ['y'] },
    { opType: 'MaxPool', inputs: ['x'], outputs: ['y', 'i'], attributes: { kernel_shape: { ints: [2, 2] } } },
  ])('tells nothing of a model with %j', (node) => {
    expect(typesIn(modelOf(['batch', 3, 16, 16], [node]))).toBeUndefined();
  });
});
