import { afterAll, describe, expect, it } from '@jest/globals';
import type { NodeSpec } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { foldConstants } from '../src/rewrites/fold-constants.js';
import { mergeEqualNodes } from '../src/rewrites/merge-equal-nodes.js';
import { expectSameOutputs } from './support/exactness.js';
import { operators, rewritten } from './support/rewritten.js';

afterAll(closeHost);

const turned = (output: string, perm: readonly number[]): NodeSpec => ({
  opType: 'Transpose',
  inputs: ['w'],
  outputs: [output],
  attributes: { perm: { ints: perm } },
});

/** Two layers with one weight, each behind a Transpose of its own. */
function twoLayers(second: readonly number[]) {
  return buildModel({
    inputs: { x: ['float32', [2, 16]] },
    outputs: ['y'],
    weights: { w: randomFloats([16, 16], 1) },
    nodes: [
      turned('first', [1, 0]),
      { opType: 'MatMul', inputs: ['x', 'first'], outputs: ['h'] },
      turned('second', second),
      { opType: 'MatMul', inputs: ['h', 'second'], outputs: ['y'] },
    ],
  });
}

describe('nodes that compute the same constant', () => {
  it('become one, so that a weight of several layers can be folded', async () => {
    const original = twoLayers([1, 0]);
    const { model, changed } = await rewritten(original, foldConstants, mergeEqualNodes);
    expect(changed[0]).toMatchObject({ action: 'duplicates', node: 'second' });
    expect(operators(model)).toEqual(['MatMul', 'MatMul']);
    await expectSameOutputs(original, model, { x: randomFloats([2, 16], 2) }, 0);
  });

  it('stay apart where an attribute differs', async () => {
    const { changed } = await rewritten(twoLayers([0, 1]), mergeEqualNodes);
    expect(changed).toEqual([]);
  });
});
