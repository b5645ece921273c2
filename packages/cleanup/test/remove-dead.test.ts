import { afterAll, describe, expect, it } from '@jest/globals';
import { readModel } from '@onnx-compress/graph';
import { buildModel, ifModelBytes, randomFloats } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { removeDead } from '../src/rewrites/remove-dead.js';
import { operators, rewritten } from './support/rewritten.js';

afterAll(closeHost);

function net(irVersion: number) {
  return buildModel({
    irVersion,
    inputs: { x: ['float32', [2, 3]] },
    outputs: ['y'],
    weights: { used: randomFloats([3], 1), unused: randomFloats([3], 2), dead: randomFloats([3], 3) },
    nodes: [
      { opType: 'Add', inputs: ['x', 'used'], outputs: ['y'] },
      { opType: 'Add', inputs: ['x', 'dead'], outputs: ['a'] },
      { opType: 'Relu', inputs: ['a'], outputs: ['b'] },
    ],
  });
}

describe('dead code', () => {
  it.each([3, 8])('goes with the weights only it reads (IR version %d)', async (irVersion) => {
    const { model, changed } = await rewritten(net(irVersion), removeDead);
    expect(operators(model)).toEqual(['Add']);
    expect([...model.weights()].map(({ name }) => name)).toEqual(['used']);
    expect(model.graph.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(changed).toHaveLength(4);
  });

  it('does not include what a branch captures from outside', async () => {
    const original = await readModel(ifModelBytes());
    const { model, changed } = await rewritten(original, removeDead);
    expect(changed).toEqual([]);
    expect(model.graph.value('else_weight')).toBeDefined();
  });
});
