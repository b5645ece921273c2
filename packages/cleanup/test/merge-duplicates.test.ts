import { afterAll, describe, expect, it } from '@jest/globals';
import { float32Tensor, type Tensor } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { mergeDuplicates } from '../src/rewrites/merge-duplicates.js';
import { expectSameOutputs } from './support/exactness.js';
import { rewritten } from './support/rewritten.js';

afterAll(closeHost);

function twoProducts(first: Tensor, second: Tensor) {
  return buildModel({
    inputs: { x: ['float32', [2, 32]] },
    outputs: ['y'],
    weights: { first, second },
    nodes: [
      { opType: 'MatMul', inputs: ['x', 'first'], outputs: ['h'] },
      { opType: 'MatMul', inputs: ['h', 'second'], outputs: ['y'] },
    ],
  });
}

const names = async (first: Tensor, second: Tensor) => {
  const original = twoProducts(first, second);
  const { model } = await rewritten(original, mergeDuplicates);
  await expectSameOutputs(original, model, { x: randomFloats([2, 32], 9) }, 0);
  return [...model.weights()].map(({ name }) => name);
};

describe('equal weights', () => {
  it('are stored once', async () => {
    expect(await names(randomFloats([32, 32], 1), randomFloats([32, 32], 1))).toEqual(['first']);
  });

  it('that differ in one bit stay apart', async () => {
    const values = Float32Array.from({ length: 1024 }, (_, i) => Math.sin(i));
    const other = values.slice();
    other[777] = -(other[777] ?? 0);
    expect(await names(float32Tensor([32, 32], values), float32Tensor([32, 32], other))).toEqual(['first', 'second']);
  });

  it('of one repeated value stay apart, since they are equal by accident', async () => {
    const ones = new Float32Array(1024).fill(1);
    expect(await names(float32Tensor([32, 32], ones), float32Tensor([32, 32], ones))).toEqual(['first', 'second']);
  });
});
