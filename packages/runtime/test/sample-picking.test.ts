import { describe, expect, it } from '@jest/globals';
import { type Calibration, type Feeds, pickSamples } from '@onnx-compress/core';
import { float32Tensor, present, readFloats } from '@onnx-compress/graph';
import { sampleSource } from '../src/inputs/calibration.js';

const sampleOf = (index: number): Feeds => new Map([['x', float32Tensor([1], [index])]]);

async function indicesIn(calibration: Calibration): Promise<readonly number[]> {
  const indices: number[] = [];
  for await (const feeds of calibration.samples()) indices.push(...(await readFloats(present(feeds.get('x'), 'x'))));
  return indices;
}

/** Samples that can only be read in order. */
const inOrder: Calibration = {
  count: 10,
  async *samples() {
    for (let index = 0; index < 10; index++) yield sampleOf(index);
  },
};

const isOdd = (index: number) => index % 2 === 1;

describe('picked samples', () => {
  it('keep their order', async () => {
    const picked = pickSamples(inOrder, isOdd);
    expect(picked.count).toBe(5);
    expect(await indicesIn(picked)).toEqual([1, 3, 5, 7, 9]);
  });

  it('are the only ones that are read of a source that gives any of them', async () => {
    const read: number[] = [];
    const source = sampleSource(10, async (index) => {
      read.push(index);
      return sampleOf(index);
    });
    const picked = pickSamples(pickSamples(source, isOdd), (index) => index !== 2);
    expect(await indicesIn(picked)).toEqual([1, 3, 7, 9]);
    expect(read).toEqual([1, 3, 7, 9]);
  });
});
