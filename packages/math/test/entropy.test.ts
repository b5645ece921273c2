import { describe, expect, it } from '@jest/globals';
import { entropy } from '../src/index.js';

describe('the entropy of counts', () => {
  it.each([
    [[1, 1], Math.LN2],
    [[4, 0, 0], 0],
    [[3, 1], -(3 / 4) * Math.log(3 / 4) - (1 / 4) * Math.log(1 / 4)],
    [[2, 2, 2, 2], Math.log(4)],
    [[0, 0], 0],
    [[], 0],
  ])('of %j is %d', (counts, expected) => {
    expect(entropy(counts)).toBeCloseTo(expected, 12);
  });
});
