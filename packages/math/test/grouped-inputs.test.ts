import { describe, expect, it } from '@jest/globals';
import { channelLayout, magnitudesTimesInputs, squaresPerInput } from '../src/index.js';

const weight = Float32Array.of(1, -2, 3, 4, -5, 6, 7, 8);

describe('the input channels of a weight', () => {
  it('are those of its axis where there are no groups', () => {
    const columns = { ...channelLayout([2, 4], 1), groups: 1 };
    expect([...squaresPerInput(weight, columns)]).toEqual([26, 40, 58, 80]);
    const rows = { ...channelLayout([2, 4], 0), groups: 1 };
    expect([...squaresPerInput(weight, rows)]).toEqual([30, 174]);
  });

  it('are one block of the axis for each group of filters', () => {
    const grouped = { ...channelLayout([4, 2, 1], 1), groups: 2 };
    expect([...squaresPerInput(weight, grouped)]).toEqual([10, 20, 74, 100]);
    expect([...magnitudesTimesInputs(weight, grouped, [1, 10, 100, 1000])]).toEqual([
      1, 20, 3, 40, 500, 6000, 700, 8000,
    ]);
  });

  it('run over the kernel', () => {
    const kernel = { ...channelLayout([2, 2, 2], 1), groups: 1 };
    expect([...magnitudesTimesInputs(weight, kernel, [1, 10])]).toEqual([1, 2, 30, 40, 5, 6, 70, 80]);
  });

  it('must fill the weight', () => {
    expect(() => squaresPerInput(weight, { outer: 1, channels: 3, inner: 1, groups: 1 })).toThrow(RangeError);
  });
});
