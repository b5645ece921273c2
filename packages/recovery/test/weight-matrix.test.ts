import { describe, expect, it } from '@jest/globals';
import { float32Tensor, floatsToTensor, type NodeSpec, present, readFloats, type Tensor } from '@onnx-compress/graph';
import { buildModel } from '@onnx-compress/test-kit';
import { type LinearLayer, linearLayer } from '../src/layers/linear-layer.js';
import { readWeightMatrix, writeWeightMatrix } from '../src/layers/weight-matrix.js';

type Layer = Pick<NodeSpec, 'opType' | 'attributes'>;

/** Two layers of one kind that share their weight `w`; only the second reads it through another name. */
function netWith(layer: Layer, w: Tensor) {
  return buildModel({
    inputs: { x: ['float32', []] },
    outputs: ['y', 'z'],
    weights: { w },
    nodes: [
      { ...layer, inputs: ['x', 'w'], outputs: ['y'] },
      { opType: 'Identity', inputs: ['w'], outputs: ['other'] },
      { ...layer, inputs: ['x', 'other'], outputs: ['z'] },
    ],
  });
}

/** A single layer. */
function layerWith(layer: Layer, w: Tensor): LinearLayer {
  const model = buildModel({
    inputs: { x: ['float32', []] },
    outputs: ['y'],
    weights: { w },
    nodes: [{ ...layer, inputs: ['x', 'w'], outputs: ['y'] }],
  });
  return present(linearLayer(present(model.graph.nodes[0], 'node')), 'layer');
}

/** 0, 1, 2 and so on. */
const counting = (dims: readonly number[]) =>
  float32Tensor(dims, [...Array(dims.reduce((product, size) => product * size, 1)).keys()]);

const conv = (group: number): Layer => ({ opType: 'Conv', attributes: { group: { int: group } } });
const gemm = (transB: number, alpha: number): Layer => ({
  opType: 'Gemm',
  attributes: { transB: { int: transB }, alpha: { float: alpha } },
});

/** Layers, their weights, and rows, inputs and columns of their matrices. */
const LAYERS: readonly (readonly [string, Layer, readonly number[], readonly number[], readonly number[]])[] = [
  ['Conv', conv(1), [2, 2, 1, 2], [2, 2, 4], [0, 1, 2, 3, 4, 5, 6, 7]],
  ['grouped Conv', conv(2), [2, 1, 3], [2, 1, 3], [0, 1, 2, 3, 4, 5]],
  ['ConvTranspose', { opType: 'ConvTranspose' }, [2, 3, 2], [3, 2, 4], [0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11]],
  ['Gemm', gemm(0, 1), [2, 3], [3, 2, 2], [0, 3, 1, 4, 2, 5]],
  ['Gemm with transposed weight and a factor', gemm(1, 2), [2, 3], [2, 3, 3], [0, 2, 4, 6, 8, 10]],
  ['MatMul', { opType: 'MatMul' }, [2, 3], [3, 2, 2], [0, 3, 1, 4, 2, 5]],
];

describe('weight matrix', () => {
  it.each(LAYERS)('of a %s has a row for each output', async (_, layer, dims, [outputs, inputs, columns], matrix) => {
    const found = layerWith(layer, counting(dims));
    expect([found.outputs, found.inputs, found.columns]).toEqual([outputs, inputs, columns]);
    expect([...(await readWeightMatrix(found))]).toEqual(matrix);
  });

  it.each(LAYERS)('of a %s is read as it was written', async (_, layer, dims) => {
    const found = layerWith(layer, counting(dims));
    const matrix = (await readWeightMatrix(found)).map((value) => 3 - value);
    writeWeightMatrix(found, matrix);
    expect(await readWeightMatrix(found)).toEqual(matrix);
    expect(found.weight.tensor.dims).toEqual(dims);
  });

  it.each(['float16', 'float64'] as const)('keeps the type %s', async (dataType) => {
    const layer = layerWith({ opType: 'MatMul' }, floatsToTensor(dataType, [1, 2], Float32Array.of(1, 2)));
    writeWeightMatrix(layer, Float64Array.of(0.5, -4));
    expect(layer.weight.tensor.dataType).toBe(dataType);
    expect([...(await readWeightMatrix(layer))]).toEqual([0.5, -4]);
  });

  it('leaves the weight of other readers alone', async () => {
    for (const [written, other] of [
      [0, 2],
      [2, 0],
    ]) {
      const { graph } = netWith({ opType: 'MatMul' }, counting([1, 2]));
      const layerAt = (index = 0) => present(linearLayer(present(graph.nodes[index], 'node')), 'layer');
      writeWeightMatrix(layerAt(written), Float64Array.of(5, 6));
      expect([...(await readFloats(layerAt(written).weight.tensor))]).toEqual([5, 6]);
      expect([...(await readFloats(layerAt(other).weight.tensor))]).toEqual([0, 1]);
    }
  });
});

describe('linear layer', () => {
  it('is found behind other names of its weight', () => {
    const { graph } = netWith({ opType: 'MatMul' }, counting([1, 2]));
    expect(graph.nodes.map((node) => linearLayer(node)?.weight.name)).toEqual(['w', undefined, 'w']);
  });

  it.each<[string, Layer, Tensor]>([
    [
      'a transposed convolution in groups',
      { opType: 'ConvTranspose', attributes: { group: { int: 2 } } },
      counting([2, 1, 2]),
    ],
    ['a Gemm of transposed data', { opType: 'Gemm', attributes: { transA: { int: 1 } } }, counting([2, 2])],
    ['a product of many matrices', { opType: 'MatMul' }, counting([2, 2, 2])],
    ['another operator', { opType: 'Add' }, counting([2, 2])],
  ])('is not %s', (_, layer, weight) => {
    expect(() => layerWith(layer, weight)).toThrow('layer');
  });

  it('is none without a constant weight', () => {
    const model = buildModel({
      inputs: { x: ['float32', [2, 2]] },
      outputs: ['y'],
      nodes: [{ opType: 'MatMul', inputs: ['x', 'x'], outputs: ['y'] }],
    });
    expect(linearLayer(present(model.graph.nodes[0], 'node'))).toBeUndefined();
  });
});
