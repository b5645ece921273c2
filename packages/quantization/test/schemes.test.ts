import { describe, expect, it } from '@jest/globals';
import { matchNodes, type StepResult } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { runtimeContext } from '@onnx-compress/test-kit/runtime';
import { int8Dynamic, int8PerChannel, int8PerTensor, int8WeightOnly } from '../src/index.js';

const EVERYTHING = { include: [], skip: [] };

/** A convolution and a small product, 32 x 16, behind it. */
function net(): Model {
  return buildModel({
    inputs: { x: ['float32', [1, 8, 9, 9]] },
    outputs: ['y'],
    weights: { w: randomFloats([32, 8, 3, 3], 1), v: randomFloats([32, 16], 2) },
    nodes: [
      { opType: 'Conv', name: 'conv', inputs: ['x', 'w'], outputs: ['h'] },
      { opType: 'GlobalAveragePool', inputs: ['h'], outputs: ['p'] },
      { opType: 'Flatten', inputs: ['p'], outputs: ['f'] },
      { opType: 'MatMul', name: 'product', inputs: ['f', 'v'], outputs: ['y'] },
    ],
  });
}

const formsOf = ({ changed }: StepResult) => Object.fromEntries(changed.map(({ node, form }) => [node, form]));

describe('the int8 schemes, without samples', () => {
  it('int8-per-channel has a scale for each output channel', async () => {
    const { changed } = await int8PerChannel
      .create(int8PerChannel.options.parse({}), EVERYTHING)
      .run(net(), runtimeContext());
    expect(changed.map(({ node, weightScales }) => [node, weightScales])).toEqual([
      ['conv', 32],
      ['product', 16],
    ]);
  });

  it('int8-per-tensor has one scale for each weight', async () => {
    const { changed } = await int8PerTensor
      .create(int8PerTensor.options.parse({}), EVERYTHING)
      .run(net(), runtimeContext());
    expect(changed.map(({ weightScales }) => weightScales)).toEqual([1, 1]);
  });

  it('int8-dynamic quantizes what small products read too, at run time', async () => {
    const result = await int8Dynamic.create(int8Dynamic.options.parse({}), EVERYTHING).run(net(), runtimeContext());
    expect(formsOf(result)).toEqual({ conv: 'weight-only', product: 'dynamic' });
  });

  it('int8-weight-only leaves all activations in floats', async () => {
    const result = await int8WeightOnly
      .create(int8WeightOnly.options.parse({}), EVERYTHING)
      .run(net(), runtimeContext());
    expect(formsOf(result)).toEqual({ conv: 'weight-only', product: 'weight-only' });
  });

  it('leave nodes alone that are not chosen', async () => {
    const nodes = { include: [], skip: ['conv'] };
    const result = await int8PerChannel.create(int8PerChannel.options.parse({}), nodes).run(net(), runtimeContext());
    expect(matchNodes(nodes)('conv')).toBe(false);
    expect(Object.keys(formsOf(result))).toEqual(['product']);
  });
});
