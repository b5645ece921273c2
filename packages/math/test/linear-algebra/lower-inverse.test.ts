import { describe, expect, it } from '@jest/globals';
import { factorCholesky } from '../../src/linear-algebra/cholesky.js';
import { invertLower } from '../../src/linear-algebra/lower-inverse.js';
import { gramOf, largestDifference, product, randomMatrix } from './random-matrices.js';

const nothing = async () => {};

describe('invertLower', () => {
  it.each([1, 2, 9, 70])('times the triangle is the identity, size %i', async (size) => {
    const factor = gramOf(randomMatrix(size + 4, size, 4), size, 1);
    expect(await factorCholesky(factor, size, nothing)).toBe(true);
    const lower = factor.map((value, at) => (at % size <= Math.floor(at / size) ? value : 0));
    const inverse = await invertLower(factor, size, nothing);
    const identity = lower.map((_, at) => (at % (size + 1) === 0 ? 1 : 0));
    expect(largestDifference(product(inverse, lower, size, size), identity)).toBeLessThan(1e-12);
  });

  it('refuses a factor of another size', async () => {
    await expect(invertLower(new Float64Array(3), 2, nothing)).rejects.toThrow('factor');
  });
});
