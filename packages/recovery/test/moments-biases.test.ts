import { afterAll, describe, expect, it } from '@jest/globals';
import { float32Tensor, type Model, memoryTensor, present } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { correctBiases } from '../src/moments/correct-biases.js';
import { contextWith, greatestDifference, momentsOf, samplesOf } from './moments-support.js';

afterAll(closeHost);

/** Two layers, the first without bias. */
const twoLayers = () =>
  buildModel({
    inputs: { x: ['float32', ['n', 6]] },
    outputs: ['y'],
    weights: { w0: randomFloats([6, 5], 1), w1: randomFloats([5, 3], 2), b1: randomFloats([3], 3) },
    nodes: [
      { opType: 'MatMul', name: 'first', inputs: ['x', 'w0'], outputs: ['a'] },
      { opType: 'Relu', name: 'relu', inputs: ['a'], outputs: ['r'] },
      { opType: 'Gemm', name: 'second', inputs: ['r', 'w1', 'b1'], outputs: ['y'] },
    ],
  });

/** Puts small whole numbers behind a DequantizeLinear in the place of a weight. */
function quantize(model: Model, layer: string, dims: readonly number[], seed: number): void {
  const { graph } = model;
  const reader = present(
    graph.nodes.find(({ label }) => label === layer),
    layer,
  );
  const count = dims.reduce((product, size) => product * size, 1);
  const bytes = Uint8Array.from({ length: count }, (_, index) => (index * seed) % 5);
  graph.addWeight(`${layer}_int8`, memoryTensor('int8', dims, bytes));
  graph.addWeight(`${layer}_scale`, float32Tensor([], [0.3]));
  graph.addNode(
    { opType: 'DequantizeLinear', inputs: [`${layer}_int8`, `${layer}_scale`], outputs: [`${layer}_float`] },
    { before: reader },
  );
  reader.setInput(1, `${layer}_float`);
}

describe('corrected biases', () => {
  it('give layers whose weights come from integers the means of the original', async () => {
    const original = twoLayers();
    const changed = original.clone();
    quantize(changed, 'first', [6, 5], 7);
    quantize(changed, 'second', [5, 3], 3);
    const context = contextWith(samplesOf([randomFloats([64, 6], 5), randomFloats([64, 6], 6)]));
    const repairs = await correctBiases({ original, changed }, context);
    expect(repairs.map(({ node, method, reason }) => [node, method, reason])).toEqual([
      ['first', 'mean', undefined],
      ['second', 'mean', undefined],
    ]);
    expect(changed.validate()).toEqual([]);
    for (const [name, channels] of Object.entries({ a: 5, y: 3 })) {
      const at = { name, rank: 2, axis: 1 };
      const [wanted, own] = [await momentsOf(original, at, context), await momentsOf(changed, at, context)];
      expect(greatestDifference(wanted.slice(0, channels), own.slice(0, channels))).toBeLessThan(1e-3);
    }
  });

  it('leaves layers alone that come before all changes', async () => {
    const original = twoLayers();
    const changed = original.clone();
    quantize(changed, 'second', [5, 3], 3);
    const repairs = await correctBiases({ original, changed }, contextWith(samplesOf([randomFloats([64, 6], 5)])));
    expect(repairs.map(({ node }) => node)).toEqual(['second']);
  });
});
