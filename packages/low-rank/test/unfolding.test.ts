import { describe, expect, it } from '@jest/globals';
import { unfoldedByChannel } from '../src/factoring/unfolding.js';

describe('a weight unfolded by channel', () => {
  const matrix = { rows: 2, columns: 6, values: Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) };

  it('has one channel a row, with the positions of each output side by side', () => {
    const unfolded = unfoldedByChannel(matrix, 2);
    expect(unfolded).toMatchObject({ rows: 3, columns: 4 });
    expect([...unfolded.values]).toEqual([1, 2, 7, 8, 3, 4, 9, 10, 5, 6, 11, 12]);
  });

  it('is the weight again when it is unfolded twice', () => {
    expect(unfoldedByChannel(unfoldedByChannel(matrix, 2), 2)).toEqual(matrix);
  });
});
