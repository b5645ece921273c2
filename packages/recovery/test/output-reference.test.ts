import { afterAll, describe, expect, it } from '@jest/globals';
import { float32Tensor, type Model } from '@onnx-compress/graph';
import { buildModel } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { OutputReference } from '../src/index.js';
import { contextWith, samplesOf } from './moments-support.js';

afterAll(closeHost);

/** Two outputs: the input times each of the numbers. */
function scaledBy(first: readonly number[], second: readonly number[] = [1, 1]): Model {
  return buildModel({
    inputs: { x: ['float32', [2]] },
    outputs: ['a', 'b'],
    weights: { first: float32Tensor([2], first), second: float32Tensor([2], second) },
    nodes: [
      { opType: 'Mul', inputs: ['x', 'first'], outputs: ['a'] },
      { opType: 'Mul', inputs: ['x', 'second'], outputs: ['b'] },
    ],
  });
}

const samples = samplesOf([float32Tensor([2], [3, 0]), float32Tensor([2], [0, 4])]);
const context = contextWith(samples);
const reference = () => OutputReference.of(scaledBy([1, 1]), samples, context);

describe('the outputs of another model', () => {
  it('are exactly those of the original', async () => {
    expect(await (await reference()).compare(scaledBy([1, 1]), context)).toEqual({ snrDb: 200, cosine: 1 });
  });

  it('are told by the worst output, over all samples', async () => {
    // a: (3, 4) and (3, 0): noise 16 of 25, cosine 9 / (5 * 3).
    const { snrDb, cosine } = await (await reference()).compare(scaledBy([1, 0], [1, 0.9]), context);
    expect(snrDb).toBeCloseTo(10 * Math.log10(25 / 16), 6);
    expect(cosine).toBeCloseTo(0.6, 6);
  });

  it('that are not finite are as far as can be', async () => {
    const { snrDb, cosine } = await (await reference()).compare(scaledBy([Number.POSITIVE_INFINITY, 1]), context);
    expect(snrDb).toBe(Number.NEGATIVE_INFINITY);
    expect(cosine).toBeNaN();
  });

  it('are compared on a few samples spread over all', async () => {
    const few = await OutputReference.of(scaledBy([1, 1]), samples, context, 1);
    expect((await few.compare(scaledBy([0, 1]), context)).snrDb).toBe(200);
  });
});
