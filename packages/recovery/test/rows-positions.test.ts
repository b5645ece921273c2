import { describe, expect, it } from '@jest/globals';
import { present } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { type LinearLayer, linearLayer } from '../src/layers/linear-layer.js';
import { positionsOf } from '../src/rows/positions-of.js';

function layerOf(opType: string, weight: readonly number[], group = 1): LinearLayer {
  const model = buildModel({
    inputs: { x: ['float32', []] },
    outputs: ['y'],
    weights: { w: randomFloats(weight, 1) },
    nodes: [
      { opType, inputs: ['x', 'w'], outputs: ['y'], attributes: opType === 'Conv' ? { group: { int: group } } : {} },
    ],
  });
  return present(linearLayer(present(model.graph.nodes[0], 'node')), 'layer');
}

describe('number of positions', () => {
  it('makes at least 8192 rows', () => {
    expect(positionsOf(layerOf('Conv', [8, 8, 3, 3]), 64)).toBe(128);
  });

  it('makes 16 rows for each column', () => {
    expect(positionsOf(layerOf('Conv', [4, 256, 3, 3]), 64)).toBe(Math.floor((96 * 2 ** 20) / (4 * (2304 + 4)) / 64));
  });

  it('counts the columns of one group', () => {
    expect(positionsOf(layerOf('Conv', [64, 1, 3, 3], 64), 64)).toBe(32);
  });

  it('makes no more rows than fit into 96 MB', () => {
    const layer = layerOf('Conv', [1, 3000, 3, 3]);
    expect(positionsOf(layer, 1)).toBe(Math.floor((96 * 2 ** 20) / (4 * 27001)));
  });

  it('is at least one', () => {
    expect(positionsOf(layerOf('MatMul', [4, 4]), 10_000)).toBe(1);
  });

  it('is at most all positions of the output', () => {
    expect(positionsOf(layerOf('Conv', [8, 8, 3, 3]), 1, [1, 8, 5, 7])).toBe(35);
    expect(positionsOf(layerOf('MatMul', [4, 4]), 1, ['batch', 6, 4])).toBe(6);
    expect(positionsOf(layerOf('MatMul', [4, 4]), 1, ['batch', 4])).toBe(1);
    expect(positionsOf(layerOf('Gemm', [4, 4]), 1)).toBe(1);
  });

  it('takes an output with an unknown size for a large one', () => {
    expect(positionsOf(layerOf('Conv', [8, 8, 3, 3]), 64, [1, 8, 'height', 2])).toBe(128);
  });
});
