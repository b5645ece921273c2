import { describe, expect, it } from '@jest/globals';
import { int32Tensor, type Model, type NodeSpec, present, type Tensor } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { quantized } from './support/context.js';
import { fidelityDb } from './support/fidelity.js';

const [ROWS, COLUMNS] = [256, 256];

const node = (opType: string, inputs: readonly string[], output: string, spec: Partial<NodeSpec> = {}): NodeSpec => ({
  opType,
  name: output,
  inputs,
  outputs: [output],
  ...spec,
});

const ARANGE = Array.from({ length: ROWS }, (_, index) => index);

const WRITTEN: readonly [string, readonly NodeSpec[], Record<string, Tensor>][] = [
  [
    'a cast comparison',
    [node('Equal', ['x', 'all'], 'is'), node('Cast', ['is'], 'hot', { attributes: { to: { int: 1 } } })],
    { all: int32Tensor([1, ROWS], ARANGE) },
  ],
  [
    'OneHot',
    [
      node('Squeeze', ['x'], 'flat', { attributes: { axes: { ints: [1] } } }),
      node('OneHot', ['flat', 'depth', 'values'], 'hot'),
    ],
    { depth: int32Tensor([1], [ROWS]), values: randomFloats([2], 1) },
  ],
];

/** A table of which a one-hot matrix picks rows. */
function table(nodes: readonly NodeSpec[], constants: Record<string, Tensor>): Model {
  return buildModel({
    inputs: { x: ['int32', [4, 1]] },
    outputs: ['y'],
    weights: { ...constants, w: randomFloats([ROWS, COLUMNS], 2) },
    nodes: [...nodes, node('MatMul', ['hot', 'w'], 'y')],
    opset: 11,
  });
}

describe('a matrix of which a one-hot matrix picks rows', () => {
  it.each(WRITTEN)('has a scale for each row and stays in floats (%s)', async (_, nodes, constants) => {
    const original = table(nodes, constants);
    const { model, changed } = await quantized(original);
    expect(changed).toMatchObject([{ node: 'y', form: 'weight-only' }]);
    expect(present(model.graph.value('w_scale')?.weight, 'scale').tensor.dims).toEqual([ROWS, 1]);
    const feeds = { x: int32Tensor([4, 1], [0, 17, 200, 255]) };
    expect(await fidelityDb(original, model, feeds)).toBeGreaterThan(40);
  });
});
