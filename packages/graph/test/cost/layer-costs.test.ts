import { describe, expect, it } from '@jest/globals';
import { buildModel, describeZoo, ifModelBytes, randomFloats } from '@onnx-compress/test-kit';
import { onnx } from 'onnx-proto';
import { countCosts } from '../../src/cost/count-costs.js';
import { countLayerCosts } from '../../src/cost/layers/layer-costs.js';
import { readModel } from '../../src/files/read-model.js';
import { openModel } from '../../src/node/open-model.js';
import { propagateShapes } from '../../src/shapes/propagate.js';
import { memorySource } from '../../src/source/byte-source.js';
import { elementCount } from '../../src/tensor/element-count.js';
import { zeros } from './single-node.js';

const floats = (...dims: number[]) => randomFloats(dims, 1);

describe('the layers of a model', () => {
  it('are its products and readers of constants, in the order of execution', () => {
    const model = buildModel({
      inputs: { x: ['float32', [2, 3, 6, 6]] },
      outputs: ['y'],
      weights: { w: floats(8, 3, 3, 3), b: floats(8), s: floats(8), v: floats(128, 5), a: floats(5) },
      nodes: [
        { opType: 'Conv', name: 'conv', inputs: ['x', 'w', 'b'], outputs: ['c'] },
        { opType: 'Relu', name: 'relu', inputs: ['c'], outputs: ['r'] },
        { opType: 'BatchNormalization', name: 'bn', inputs: ['r', 's', 's', 's', 's'], outputs: ['n'] },
        { opType: 'Flatten', name: 'flat', inputs: ['n'], outputs: ['f'] },
        { opType: 'MatMul', name: 'fc', inputs: ['f', 'v'], outputs: ['m'] },
        { opType: 'Add', name: 'fc_bias', inputs: ['m', 'a'], outputs: ['y'] },
      ],
    });
    const layers = countLayerCosts(model, propagateShapes(model, new Map()));
    expect(layers).toMatchObject([
      { label: 'conv', nodes: ['conv'], parameters: 224, weights: 216, biases: 8, macs: 2 * 8 * 16 * 27 },
      { label: 'bn', opType: 'BatchNormalization', parameters: 8, weights: 0, normalization: 8, macs: 0 },
      { label: 'fc', nodes: ['fc', 'fc_bias'], weights: 640, biases: 5, weightBytes: 645 * 4, macs: 2 * 128 * 5 },
    ]);
    expect(layers[0]?.constants).toEqual([
      { name: 'w', role: 'weight', dataType: 'float32', dims: [8, 3, 3, 3] },
      { name: 'b', role: 'bias', dataType: 'float32', dims: [8] },
    ]);
  });

  it('join a product of integers with its scales and its bias', () => {
    const model = buildModel({
      inputs: { x: ['float32', [3, 4]] },
      outputs: ['y'],
      weights: { w: zeros('int8', [4, 5]), s: floats(5), b: floats(5) },
      nodes: [
        { opType: 'DynamicQuantizeLinear', name: 'dql', inputs: ['x'], outputs: ['q', 'qs', 'qz'] },
        { opType: 'MatMulInteger', name: 'product', inputs: ['q', 'w', 'qz'], outputs: ['i'] },
        { opType: 'Cast', name: 'cast', inputs: ['i'], outputs: ['c'], attributes: { to: { int: 1 } } },
        { opType: 'Mul', name: 'scales', inputs: ['qs', 's'], outputs: ['scale'] },
        { opType: 'Mul', name: 'scaled', inputs: ['c', 'scale'], outputs: ['m'] },
        { opType: 'Add', name: 'fc', inputs: ['m', 'b'], outputs: ['y'] },
      ],
    });
    expect(countLayerCosts(model, propagateShapes(model, new Map()))).toMatchObject([
      {
        label: 'product',
        nodes: ['product', 'cast', 'scales', 'scaled', 'fc'],
        parameters: 30,
        weights: 20,
        biases: 5,
        weightBytes: 20 + 40,
        macs: 3 * 20,
      },
    ]);
  });

  it('include those inside both branches of an If', async () => {
    const model = await readModel(memorySource(ifModelBytes({ rows: 16, columns: 8 }), 'if'));
    expect(
      countLayerCosts(model, propagateShapes(model, new Map())).map(({ label, weights }) => [label, weights]),
    ).toEqual([
      ['then_result_matmul', 128],
      ['else_result_matmul', 128],
    ]);
  });
});

describe('a model-local function', () => {
  it('is counted once, with its constants', async () => {
    const value = { dims: [4, 5], dataType: 1, rawData: new Uint8Array(80) };
    const attribute = [{ name: 'value', type: onnx.AttributeProto.AttributeType.TENSOR, t: value }];
    const proto = onnx.ModelProto.create({
      irVersion: 8,
      opsetImport: [
        { domain: '', version: 17 },
        { domain: 'local', version: 1 },
      ],
      graph: {
        name: 'main',
        node: [{ name: 'call', domain: 'local', opType: 'Dense', input: ['x'], output: ['y'] }],
        input: [{ name: 'x' }],
        output: [{ name: 'y' }],
      },
      functions: [
        {
          name: 'Dense',
          domain: 'local',
          input: ['a'],
          output: ['b'],
          opsetImport: [{ domain: '', version: 17 }],
          node: [
            { name: 'hold', opType: 'Constant', output: ['w'], attribute },
            { name: 'dense', opType: 'MatMul', input: ['a', 'w'], output: ['b'] },
          ],
        },
      ],
    });
    const model = await readModel(memorySource(onnx.ModelProto.encode(proto).finish(), 'function'));
    const costs = countCosts(model, propagateShapes(model, new Map()));
    expect(costs).toMatchObject({ parameters: 20, weights: 20, unknownMacs: ['dense'] });
    expect(costs.layers).toMatchObject([{ label: 'dense', weights: 20, macs: undefined }]);
  });
});

/** Conv by its definition: counts every product of a filter element and an input element, padding included. */
function bruteForceMacs(dims: readonly number[], kernel: readonly number[], group: number, stride: number): bigint {
  const [batch = 0, , height = 0, width = 0] = dims;
  const [filters = 0, channels = 0, rows = 0, columns = 0] = kernel;
  let products = 0n;
  for (let image = 0; image < batch; image++) {
    for (let filter = 0; filter < filters; filter++) {
      for (let y = 0; y + rows <= height; y += stride) {
        for (let x = 0; x + columns <= width; x += stride) {
          for (let channel = 0; channel < channels; channel++) products += BigInt(rows * columns);
        }
      }
    }
  }
  expect(filters % group).toBe(0);
  return products;
}

describe('MACs of a convolution', () => {
  it.each([
    { dims: [1, 4, 9, 7], kernel: [6, 4, 3, 3], group: 1, stride: 1 },
    { dims: [3, 4, 9, 7], kernel: [8, 2, 3, 1], group: 2, stride: 2 },
    { dims: [2, 6, 8, 8], kernel: [6, 1, 5, 5], group: 6, stride: 3 },
  ])('are those of nested loops: $dims $kernel', ({ dims, kernel, group, stride }) => {
    const model = buildModel({
      inputs: { x: ['float32', dims] },
      outputs: ['y'],
      weights: { w: floats(...kernel) },
      nodes: [
        {
          opType: 'Conv',
          inputs: ['x', 'w'],
          outputs: ['y'],
          attributes: { group: { int: group }, strides: { ints: [stride, stride] } },
        },
      ],
    });
    const { macs, flops } = countCosts(model, propagateShapes(model, new Map()));
    expect(BigInt(macs)).toBe(bruteForceMacs(dims, kernel, group, stride));
    expect(flops).toBe(2 * macs);
  });
});

describe('the activation peak', () => {
  it('is the largest sum of values that live together', () => {
    const model = buildModel({
      inputs: { x: ['float32', [10]] },
      outputs: ['y'],
      weights: { w: floats(100, 1) },
      nodes: [
        { opType: 'Mul', inputs: ['x', 'w'], outputs: ['wide'] },
        { opType: 'Relu', inputs: ['wide'], outputs: ['r'] },
        { opType: 'ReduceSum', inputs: ['r'], outputs: ['y'] },
      ],
    });
    const { activationPeakBytes } = countCosts(model, propagateShapes(model, new Map()));
    expect(activationPeakBytes).toBe(4 * 2 * 1000);
  });

  it('is not given where a shape is unknown', () => {
    const model = buildModel({
      opsets: { custom: 1 },
      inputs: { x: ['float32', [10]] },
      outputs: ['y'],
      nodes: [{ opType: 'Mystery', domain: 'custom', inputs: ['x'], outputs: ['y'] }],
    });
    expect(countCosts(model, propagateShapes(model, new Map())).activationPeakBytes).toBeUndefined();
  });
});

describeZoo('the costs of real models', (models) => {
  it.each(models)('%s: layers and roles add up', async (path) => {
    const model = await openModel(path);
    const sizes = new Map(
      model.graph.inputs.flatMap(({ declared }) => declared?.dims ?? []).map((dim) => [String(dim), 1]),
    );
    const costs = countCosts(model, propagateShapes(model, sizes));
    const { parameters, elementsByRole, layers, weightBytes } = costs;
    expect(Object.values(elementsByRole).reduce((sum, count) => sum + count, 0)).toBe(parameters);
    expect(layers.reduce((sum, layer) => sum + layer.parameters, 0)).toBeLessThanOrEqual(parameters);
    expect(layers.reduce((sum, layer) => sum + layer.weightBytes, 0)).toBeLessThanOrEqual(weightBytes);
    const total = layers.reduce((sum, layer) => sum + layer.weights + layer.biases + layer.normalization, 0);
    expect(total).toBeGreaterThanOrEqual(0.99 * (parameters - elementsByRole.quantization - elementsByRole.other));
    const constants = layers.flatMap((layer) => layer.constants);
    expect(constants.reduce((sum, { dims }) => sum + elementCount(dims), 0)).toBe(
      layers.reduce((sum, layer) => sum + layer.parameters, 0),
    );
    await model.close();
  });
});
