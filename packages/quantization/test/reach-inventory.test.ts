import { describe, expect, it } from '@jest/globals';
import type { Model, NodeSpec, Tensor } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { findLayers } from '../src/layers/find-layers.js';
import { quantized } from './support/context.js';
import { fidelityDb } from './support/fidelity.js';

const all = () => true;

function net(weights: Record<string, Tensor>, nodes: readonly NodeSpec[]): Model {
  return buildModel({ inputs: { x: ['float32', [1, 8, 8, 8]] }, outputs: ['y'], weights, nodes });
}

describe('constants that stay in float', () => {
  it.each<[string, Record<string, Tensor>, NodeSpec, string]>([
    [
      'a bias',
      { b: randomFloats([512], 1), w: randomFloats([512, 8, 1, 1], 2) },
      { opType: 'Conv', name: 'n', inputs: ['x', 'w', 'b'], outputs: ['y'] },
      'its bias "b" stays in float',
    ],
    [
      'a statistic',
      { b: randomFloats([512], 1), s: randomFloats([8], 2), t: randomFloats([8], 3) },
      { opType: 'LayerNormalization', name: 'n', inputs: ['x', 'b'], outputs: ['y'], attributes: { axis: { int: 1 } } },
      'its scale, shift or statistic "b" stays in float',
    ],
    [
      'a table that is added',
      { b: randomFloats([8, 8, 8], 1) },
      { opType: 'Add', name: 'n', inputs: ['x', 'b'], outputs: ['y'] },
      'its constant "b" is applied element by element, where the rounding to 8 bits would not average out',
    ],
    [
      'a row that is put before others',
      { b: randomFloats([1, 8, 8, 8], 1) },
      { opType: 'Concat', name: 'n', inputs: ['b', 'x'], outputs: ['y'], attributes: { axis: { int: 1 } } },
      'its constant "b" stays in float: those of Concat are not quantized',
    ],
    [
      'a constant of an operator without weights',
      { b: randomFloats([1, 8, 8, 8], 1) },
      { opType: 'Equal', name: 'n', inputs: ['x', 'b'], outputs: ['y'] },
      'its constant "b" stays in float: those of Equal are not quantized',
    ],
  ])('are named: %s', (_what, weights, node, reason) => {
    const { constants } = findLayers(net(weights, [node]), all);
    expect(constants).toEqual([{ node: 'n', reason }]);
  });

  it('are named with who reads them behind a Reshape, once', () => {
    const original = net({ b: randomFloats([8, 64], 1) }, [
      { opType: 'Unsqueeze', inputs: ['b'], outputs: ['u'], attributes: { axes: { ints: [0] } } },
      { opType: 'Mul', name: 'n', inputs: ['x', 'u'], outputs: ['m'] },
      { opType: 'Mul', name: 'o', inputs: ['m', 'u'], outputs: ['y'] },
    ]);
    expect(findLayers(original, all).constants.map(({ node }) => node)).toEqual(['n']);
  });

  it('are not named when they are small, when nobody asked, or when they are weights', () => {
    const conv = { opType: 'Conv', name: 'n', inputs: ['x', 'w', 'b'], outputs: ['y'] };
    const original = net({ b: randomFloats([64], 1), w: randomFloats([64, 8, 1, 1], 2) }, [conv]);
    expect(findLayers(original, all).constants).toEqual([]);
    const added = net({ b: randomFloats([8, 8, 8], 1) }, [
      { opType: 'Add', name: 'n', inputs: ['x', 'b'], outputs: ['y'] },
    ]);
    expect(findLayers(added, () => false).constants).toEqual([]);
  });

  it('are named where nothing reads them', () => {
    const original = net({ b: randomFloats([300], 1) }, [{ opType: 'Relu', inputs: ['x'], outputs: ['y'] }]);
    expect(findLayers(original, all).constants).toEqual([{ node: 'b', reason: 'no node reads this constant' }]);
  });
});

describe('a model of which a part is quantized', () => {
  it('keeps that part and has the rest quantized', async () => {
    const original = net({ first: randomFloats([32, 8, 3, 3], 1, 0.1), second: randomFloats([8, 32, 3, 3], 2, 0.1) }, [
      { opType: 'Conv', name: 'a', inputs: ['x', 'first'], outputs: ['h'] },
      { opType: 'Conv', name: 'b', inputs: ['h', 'second'], outputs: ['y'] },
    ]);
    const half = await quantized(original, { skip: ['b'] });
    const whole = await quantized(half.model);
    expect(half.changed.map(({ node }) => node)).toEqual(['a']);
    expect(whole.changed.map(({ node }) => node)).toEqual(['b']);
    expect(whole.skipped).toEqual([{ node: 'a', reason: 'is already quantized' }]);
    expect(await fidelityDb(original, whole.model, { x: randomFloats([1, 8, 8, 8], 3) })).toBeGreaterThan(35);
  });
});
