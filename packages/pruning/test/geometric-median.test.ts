import { describe, expect, it } from '@jest/globals';
import { CancelledError } from '@onnx-compress/core';
import { float32Tensor } from '@onnx-compress/graph';
import { distancesToOthers } from '../src/criteria/geometric-median.js';
import { layer, scoresOf, scoringContext } from './scored-groups.js';

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

  it('stops between blocks when cancelled', async () => {
    const cancelling = new AbortController();
    const context = { ...scoringContext(), signal: cancelling.signal };
    const scores = scoresOf(distancesToOthers, layer(float32Tensor([130, 1], Array<number>(130).fill(1))), context);
    cancelling.abort();
    await expect(scores).rejects.toThrow(CancelledError);
  });
});
