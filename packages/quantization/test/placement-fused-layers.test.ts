import { describe, expect, it } from '@jest/globals';
import type { Model } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { fusedLayers } from '../src/placement/regions/fused-layers.js';
import { quantized } from './support/context.js';
import { optimizedModel } from './support/optimized-model.js';
import { inStaticForm, type WrittenPlan } from './support/static-form.js';

const feeds = { x: randomFloats([1, 16, 8, 8], 1) };

/** A convolution, flattened, a hidden layer with Relu, and the scores. */
function classifier(): Model {
  return buildModel({
    inputs: { x: ['float32', [1, 16, 8, 8]] },
    outputs: { y: ['float32', [1, 10]] },
    weights: {
      w1: randomFloats([16, 16, 1, 1], 2),
      w2: randomFloats([1024, 32], 3, 0.1),
      b2: randomFloats([32], 5),
      w3: randomFloats([32, 10], 4, 0.1),
    },
    nodes: [
      { opType: 'Conv', name: 'conv', inputs: ['x', 'w1'], outputs: ['a'] },
      { opType: 'Flatten', name: 'flat', inputs: ['a'], outputs: ['b'] },
      { opType: 'Gemm', name: 'hidden', inputs: ['b', 'w2', 'b2'], outputs: ['c'] },
      { opType: 'Relu', name: 'relu', inputs: ['c'], outputs: ['d'] },
      { opType: 'MatMul', inputs: ['d', 'w3'], outputs: ['y'] },
    ],
  });
}

async function fusionOf(plan: WrittenPlan) {
  const { model } = await inStaticForm(classifier(), plan, feeds);
  return fusedLayers(model, await optimizedModel(model));
}

describe('the layers that onnxruntime computes on integers', () => {
  const nodes = ['conv', 'flat', 'hidden', 'relu', 'y'];

  it('are all of a plan with a quantized value behind each', async () => {
    const { fused, unfused } = await fusionOf({ nodes, classes: [['x'], ['a', 'b'], ['d']] });
    expect(fused).toEqual(['conv', 'hidden', 'y']);
    expect(unfused).toEqual([]);
  });

  it('may be products that end in floats', async () => {
    const { fused, unfused } = await fusionOf({ nodes: ['conv', 'flat', 'hidden'], classes: [['x'], ['a', 'b']] });
    expect(fused).toEqual(['conv', 'hidden']);
    expect(unfused).toEqual([]);
  });

  it('are not convolutions without a quantized value behind them', async () => {
    const { unfused } = await fusionOf({ nodes: ['conv'], classes: [['x']] });
    expect(unfused).toEqual(['conv']);
  });

  it('are those whose activations are quantized at run time', async () => {
    const { model } = await quantized(classifier(), { activations: 'dynamic' });
    const { fused, unfused } = fusedLayers(model, await optimizedModel(model));
    expect(fused.length).toBe(2);
    expect(unfused).toEqual([]);
  });

  it('are none of a float model', async () => {
    const model = classifier();
    expect(fusedLayers(model, await optimizedModel(model))).toEqual({ fused: [], unfused: [] });
  });
});
