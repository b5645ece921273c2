import { afterAll, describe, expect, it } from '@jest/globals';
import { CancelledError } from '@onnx-compress/core';
import { float32Tensor, readFloats } from '@onnx-compress/graph';
import { distanceSums } from '@onnx-compress/math';
import { randomFloats } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { distancesToOthers } from '../src/criteria/geometric-median.js';
import { layer, scoresOf, scoringContext } from './scored-groups.js';

afterAll(closeHost);

describe('geometric-median', () => {
  it('adds up the distances between raw filters, as worked out by hand', async () => {
    const filters = float32Tensor([4, 1, 1, 2], [0, 0, 3, 4, -3, -4, 0, 8]);
    const [toFourth, between] = [8, Math.sqrt(9 + 144)];
    expect(await scoresOf(distancesToOthers, layer(filters))).toEqual([
      5 + 5 + toFourth,
      5 + 10 + 5,
      5 + 10 + between,
      toFourth + 5 + between,
    ]);
  });

  it('tells a filter from its negative, which distances of squared weights do not', async () => {
    expect(await scoresOf(distancesToOthers, layer(float32Tensor([3, 1], [2, -2, 2])))).toEqual([4, 8, 4]);
  });

  it('runs along any axis of the weight', async () => {
    const columns = float32Tensor([2, 3], [0, 3, 0, 0, 4, 4]);
    expect(await scoresOf(distancesToOthers, layer(columns, 1))).toEqual([9, 8, 7]);
  });

  it('names the filter that is not finite, although it spoils every distance', async () => {
    const scores = scoresOf(distancesToOthers, layer(float32Tensor([3, 1], [1, 2, Number.NaN])));
    await expect(scores).rejects.toMatchObject({ code: 'SCORE_NOT_FINITE', node: 'layer', tensor: 'w' });
    await expect(scores).rejects.toThrow('channel 2');
  });

  it('scores a large layer by matrix products as a small one by its definition', async () => {
    const filters = randomFloats([600, 64], 1);
    const values = await readFloats(filters);
    const exact = await distanceSums(values, { outer: 1, channels: 600, inner: 64 }, async () => {});
    const scores = await scoresOf(distancesToOthers, layer(filters));
    for (const [channel, score] of scores.entries()) expect(score / (exact[channel] ?? 0)).toBeCloseTo(1, 5);
    expect(scores).not.toEqual([...exact]);
  });

  it('gives equal filters of a large layer the same score', async () => {
    const values = (await readFloats(randomFloats([600, 64], 1))).slice();
    for (const twin of [3, 511, 512, 599]) values.copyWithin(twin * 64, 0, 64);
    const scores = await scoresOf(distancesToOthers, layer(float32Tensor([600, 64], values)));
    expect([3, 511, 512, 599].map((twin) => scores[twin])).toEqual(Array(4).fill(scores[0]));
  });

  it('names the filter of a large layer that is not finite', async () => {
    const values = (await readFloats(randomFloats([600, 64], 1))).slice().fill(Number.NaN, 64 * 40, 64 * 40 + 1);
    const scores = scoresOf(distancesToOthers, layer(float32Tensor([600, 64], values)));
    await expect(scores).rejects.toThrow('channel 40');
  });

  it('stops between blocks when cancelled', async () => {
    const cancelling = new AbortController();
    const context = { ...scoringContext(), signal: cancelling.signal };
    const scores = scoresOf(distancesToOthers, layer(float32Tensor([130, 1], Array<number>(130).fill(1))), context);
    cancelling.abort();
    await expect(scores).rejects.toThrow(CancelledError);
  });
});
