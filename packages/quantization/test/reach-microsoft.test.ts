import { describe, expect, it } from '@jest/globals';
import { int32Tensor, type Model, type NodeSpec, type Tensor } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { quantized } from './support/context.js';
import { fidelityDb } from './support/fidelity.js';
import { optimizedOperators } from './support/optimized-operators.js';

function net(weights: Record<string, Tensor>, node: Omit<NodeSpec, 'outputs'>, input: readonly number[]): Model {
  return buildModel({
    opsets: { 'com.microsoft': 1 },
    inputs: { x: ['float32', input] },
    outputs: ['y'],
    weights,
    nodes: [{ name: 'layer', outputs: ['y'], ...node }],
  });
}

const fused = (opType: string, inputs: readonly string[], attributes: NodeSpec['attributes'] = {}) => ({
  opType,
  domain: 'com.microsoft',
  inputs,
  attributes,
});

describe('operators of onnxruntime', () => {
  it.each<[string, Record<string, Tensor>, Omit<NodeSpec, 'outputs'>, readonly number[], readonly number[]]>([
    [
      'Attention',
      { w: randomFloats([32, 96], 1, 0.2), b: randomFloats([96], 2) },
      fused('Attention', ['x', 'w', 'b'], { num_heads: { int: 4 } }),
      [2, 6, 32],
      [1, 96],
    ],
    [
      'FusedConv',
      { w: randomFloats([16, 8, 3, 3], 1) },
      fused('FusedConv', ['x', 'w'], { activation: { string: 'Relu' } }),
      [1, 8, 9, 9],
      [16, 1, 1, 1],
    ],
    [
      'FusedGemm',
      { w: randomFloats([48, 32], 1), b: randomFloats([48], 2) },
      fused('FusedGemm', ['x', 'w', 'b'], { activation: { string: 'Relu' }, transB: { int: 1 } }),
      [5, 32],
      [48, 1],
    ],
    [
      'FusedMatMul',
      { w: randomFloats([48, 32], 1) },
      fused('FusedMatMul', ['x', 'w'], { transB: { int: 1 }, alpha: { float: 0.5 } }),
      [5, 32],
      [48, 1],
    ],
    [
      'Einsum with a constant',
      { w: randomFloats([32, 4, 12], 1) },
      { opType: 'Einsum', inputs: ['x', 'w'], attributes: { equation: { string: 'bsi, ihd -> bshd' } } },
      [2, 5, 32],
      [1, 1, 12],
    ],
  ])('%s get a restored weight', async (_what, weights, node, input, scales) => {
    const original = net(weights, node, input);
    const { model, changed } = await quantized(original);
    expect(changed).toMatchObject([{ node: 'layer', tensor: 'w', form: 'weight-only' }]);
    expect(model.graph.value('w_scale')?.weight?.tensor.dims).toEqual(scales);
    expect(await fidelityDb(original, model, { x: randomFloats(input, 3) })).toBeGreaterThan(35);
    expect(await optimizedOperators(model)).toEqual(await optimizedOperators(original));
  });

  it('that sum embeddings get restored tables', async () => {
    const original = buildModel({
      opsets: { 'com.microsoft': 1 },
      inputs: { ids: ['int32', [2, 6]], segments: ['int32', [2, 6]] },
      outputs: ['y', 'mask'],
      weights: {
        words: randomFloats([40, 32], 1),
        places: randomFloats([12, 32], 2),
        kinds: randomFloats([8, 32], 3),
        gamma: randomFloats([32], 4),
        beta: randomFloats([32], 5),
      },
      nodes: [
        {
          ...fused('EmbedLayerNormalization', ['ids', 'segments', 'words', 'places', 'kinds', 'gamma', 'beta']),
          name: 'layer',
          outputs: ['y', 'mask'],
        },
      ],
    });
    const { model, changed } = await quantized(original);
    expect(changed.map(({ tensor }) => tensor)).toEqual(['words', 'places', 'kinds']);
    const indices = (most: number) =>
      int32Tensor(
        [2, 6],
        Array.from({ length: 12 }, (_, i) => (i * 7) % most),
      );
    const feeds = { ids: indices(40), segments: indices(8) };
    expect(await fidelityDb(original, model, feeds)).toBeGreaterThan(35);
  });
});
