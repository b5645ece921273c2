import { describe, expect, it } from '@jest/globals';
import { greedyOrder } from '../../src/linear-algebra/greedy-order.js';
import { gramOf, randomMatrix } from './random-matrices.js';

function errorOf(matrix: Float64Array, size: number, gone: readonly number[]): number {
  return gone.reduce((sum, i) => sum + gone.reduce((part, j) => part + (matrix[i * size + j] ?? 0), 0), 0);
}

/** The same by trying each channel at each step. */
function directly(matrix: Float64Array, size: number) {
  const order: number[] = [];
  const errors: number[] = [];
  while (order.length < size) {
    const left = [...Array(size).keys()].filter((channel) => !order.includes(channel));
    const tried = left.map((channel) => errorOf(matrix, size, [...order, channel]));
    const error = Math.min(...tried);
    order.push(left[tried.indexOf(error)] ?? -1);
    errors.push(error);
  }
  return { order, errors };
}

describe('greedyOrder', () => {
  it('lets channels go that cancel each other', () => {
    const contributions = Float64Array.of(4, -4, 0, -4, 5, 0, 0, 0, 4.5);
    const { order, errors } = greedyOrder(contributions, 3);
    expect([...order]).toEqual([0, 1, 2]);
    expect([...errors]).toEqual([4, 1, 5.5]);
  });

  it.each([
    { size: 1, seed: 21 },
    { size: 7, seed: 22 },
    { size: 40, seed: 23 },
  ])('agrees with trying every channel at every step, size $size, seed $seed', ({ size, seed }) => {
    const matrix = gramOf(randomMatrix(30, size, seed), size);
    const { order, errors } = greedyOrder(matrix, size);
    const expected = directly(matrix, size);
    expect([...order]).toEqual(expected.order);
    for (const [step, error] of expected.errors.entries()) expect(errors[step]).toBeCloseTo(error, 9);
  });

  it('stops after as many channels as are wanted', () => {
    const matrix = gramOf(randomMatrix(9, 6, 24), 6);
    expect(greedyOrder(matrix, 6, 2).order).toEqual(greedyOrder(matrix, 6).order.subarray(0, 2));
  });

  it('takes the last of equals, so that the first stays, and what is not a number last', () => {
    expect([...greedyOrder(Float64Array.of(Number.NaN, 0, 0, 0, 1, 0, 0, 0, 1), 3).order]).toEqual([2, 1, 0]);
  });

  it('of no channels is empty', () => {
    expect(greedyOrder(new Float64Array(0), 0).order).toHaveLength(0);
  });

  it('refuses a length that does not fit', () => {
    expect(() => greedyOrder(new Float64Array(3), 2)).toThrow('contributions: expected 4 elements, got 3');
  });
});
