import { describe, expect, it } from '@jest/globals';
import { absoluteMaxPerChannel } from '../src/absolute-max.js';
import { channelStatistics } from '../src/channel-statistics.js';
import { channelLayout } from '../src/layout.js';
import { normPerChannel } from '../src/norms.js';

const pause = async () => {};

describe('statistics of channels', () => {
  it.each([
    [[3, 40_000], 0],
    [[40_000, 3], 1],
    [[50, 3, 700], 1],
    [[2, 3, 70_000], 1],
  ])('are largest magnitude and norms, in %j by axis %i', async (dims, axis) => {
    const layout = channelLayout(dims, axis);
    const count = dims.reduce((product, size) => product * size, 1);
    const values = Float32Array.from({ length: count }, (_, index) => Math.sin(index * 12.9898) * (1 + (index % 5)));
    const { peaks, magnitudes, squares } = await channelStatistics(values, layout, pause);
    expect(peaks).toEqual(absoluteMaxPerChannel(values, layout));
    for (const [channel, norm] of normPerChannel(values, layout, 1).entries()) {
      expect((magnitudes[channel] ?? 0) / norm).toBeCloseTo(1, 12);
    }
    for (const [channel, norm] of normPerChannel(values, layout, 2).entries()) {
      expect(Math.sqrt(squares[channel] ?? 0) / norm).toBeCloseTo(1, 12);
    }
  });

  it('refuse a layout of another size', async () => {
    await expect(channelStatistics(new Float32Array(5), channelLayout([2, 3], 0), pause)).rejects.toThrow(RangeError);
  });
});
