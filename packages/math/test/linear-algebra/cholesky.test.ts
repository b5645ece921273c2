import { describe, expect, it } from '@jest/globals';
import { factorCholesky, invertFromCholesky, solveCholesky } from '../../src/linear-algebra/cholesky.js';
import { solveRidge } from '../../src/linear-algebra/ridge.js';
import { gramOf, largestDifference, product, randomMatrix, solveByElimination } from './random-matrices.js';

const nothing = async () => {};

const cases = [1, 2, 3, 4, 5, 63, 64, 65, 130, 200].map((size, index) => ({ size, seed: 100 + index }));

/** A well conditioned matrix and its factor. */
async function factored(size: number, seed: number) {
  const matrix = gramOf(randomMatrix(size + 4, size, seed), size, 1);
  const factor = matrix.slice();
  expect(await factorCholesky(factor, size, nothing)).toBe(true);
  return { matrix, factor };
}

function lowerTriangle(matrix: Float64Array, size: number): Float64Array {
  return matrix.map((value, at) => (at % size <= Math.floor(at / size) ? value : 0));
}

function transpose(matrix: Float64Array, size: number): Float64Array {
  return matrix.map((_, at) => matrix[(at % size) * size + Math.floor(at / size)] ?? Number.NaN);
}

describe('factorCholesky', () => {
  it('finds the factor worked out by hand, and leaves the upper triangle alone', async () => {
    const matrix = Float64Array.of(4, 7, 8, 12, 37, 9, -16, -43, 98);
    expect(await factorCholesky(matrix, 3, nothing)).toBe(true);
    expect([...matrix]).toEqual([2, 7, 8, 6, 1, 9, -8, 5, 3]);
  });

  it.each(cases)('gives the matrix back as L L^T, size $size, seed $seed', async ({ size, seed }) => {
    const { matrix, factor } = await factored(size, seed);
    const lower = lowerTriangle(factor, size);
    expect(largestDifference(product(lower, transpose(lower, size), size, size), matrix)).toBeLessThan(1e-12 * size);
  });

  it.each(cases)('reads nothing above the diagonal, size $size, seed $seed', async ({ size, seed }) => {
    const { matrix, factor } = await factored(size, seed);
    const spoilt = matrix.map((value, at) => (at % size <= Math.floor(at / size) ? value : Number.NaN));
    expect(await factorCholesky(spoilt, size, nothing)).toBe(true);
    expect(lowerTriangle(spoilt, size)).toEqual(lowerTriangle(factor, size));
    expect([...spoilt].filter(Number.isNaN)).toHaveLength((size * (size - 1)) / 2);
  });

  it.each([
    ['is indefinite', [1, 2, 2, 1]],
    ['is singular', [1, 1, 1, 1]],
    ['is zero', [0, 0, 0, 0]],
    ['is negative', [-1, 0, 0, -1]],
    ['has no number on the diagonal', [Number.NaN, 0, 0, 1]],
    ['has no number below the diagonal', [1, 0, Number.NaN, 1]],
    ['is infinite', [Number.POSITIVE_INFINITY, 0, 0, 1]],
  ])('refuses a matrix that %s', async (_, values) => {
    expect(await factorCholesky(Float64Array.from(values), 2, nothing)).toBe(false);
  });

  it.each([70, 130])('refuses a matrix of fewer rows than columns, %i columns, seed 5', async (size) => {
    expect(await factorCholesky(gramOf(randomMatrix(size - 3, size, 5), size), size, nothing)).toBe(false);
  });

  it('takes a matrix without elements', async () => {
    expect(await factorCholesky(new Float64Array(0), 0, nothing)).toBe(true);
  });

  it('refuses lengths that do not fit', async () => {
    await expect(factorCholesky(new Float64Array(3), 2, nothing)).rejects.toThrow('expected 4 elements, got 3');
  });

  it('ends with what the pause throws', async () => {
    const size = 900;
    const matrix = Float64Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 2 : 0));
    const stop = async () => {
      throw new Error('stopped');
    };
    await expect(factorCholesky(matrix, size, stop)).rejects.toThrow('stopped');
  });
});

describe('solveCholesky', () => {
  it('solves what was worked out by hand', async () => {
    const right = Float64Array.of(2, 9, 8, 4);
    await solveCholesky(Float64Array.of(2, Number.NaN, 1, 3), 2, right, nothing);
    expect([...right]).toEqual([0.5 - 4 / 9, 8 / 9, 2, 0].map((value) => expect.closeTo(value, 12)));
  });

  it.each(cases)('agrees with elimination, size $size, seed $seed', async ({ size, seed }) => {
    const { matrix, factor } = await factored(size, seed);
    for (const count of [1, 7, 67]) {
      const right = randomMatrix(count, size, seed + 1);
      const expected = solveByElimination(matrix, size, right);
      await solveCholesky(factor, size, right, nothing);
      expect(largestDifference(right, expected)).toBeLessThan(1e-10);
    }
  });

  it('keeps what is not a number in its own row', async () => {
    const { factor } = await factored(65, 9);
    const right = randomMatrix(6, 65, 10);
    const spoilt = right.map((value, at) => (at === 2 * 65 + 30 ? Number.NaN : value));
    await solveCholesky(factor, 65, right, nothing);
    await solveCholesky(factor, 65, spoilt, nothing);
    expect([...spoilt.subarray(2 * 65, 3 * 65)].every(Number.isNaN)).toBe(true);
    expect(spoilt.subarray(0, 2 * 65)).toEqual(right.subarray(0, 2 * 65));
    expect(spoilt.subarray(3 * 65)).toEqual(right.subarray(3 * 65));
  });

  it('takes no right sides and no columns', async () => {
    const { factor } = await factored(5, 1);
    await solveCholesky(factor, 5, new Float64Array(0), nothing);
    await solveCholesky(new Float64Array(0), 0, new Float64Array(0), nothing);
  });

  it('refuses right sides that end within a row', async () => {
    await expect(solveCholesky(new Float64Array(4), 2, new Float64Array(3), nothing)).rejects.toThrow('right sides');
  });
});

describe('invertFromCholesky', () => {
  it('finds the inverse worked out by hand', async () => {
    const inverse = await invertFromCholesky(Float64Array.of(2, Number.NaN, 1, 3), 2, nothing);
    expect([...inverse]).toEqual([10 / 36, -2 / 36, -2 / 36, 4 / 36].map((value) => expect.closeTo(value, 14)));
  });

  it.each(cases)('agrees with elimination, size $size, seed $seed', async ({ size, seed }) => {
    const { matrix, factor } = await factored(size, seed);
    const identity = matrix.map((_, at) => (at % (size + 1) === 0 ? 1 : 0));
    const inverse = await invertFromCholesky(factor, size, nothing);
    expect(largestDifference(inverse, solveByElimination(matrix, size, identity))).toBeLessThan(1e-11);
    expect(inverse).toEqual(transpose(inverse, size));
  });

  it('of nothing is nothing', async () => {
    expect(await invertFromCholesky(new Float64Array(0), 0, nothing)).toHaveLength(0);
  });
});

describe('solveRidge', () => {
  it('solves with the ridge on the diagonal and leaves what it is given', async () => {
    const gram = Float64Array.of(1, 1, 1, 1);
    const right = Float64Array.of(3, 3, 1, 0);
    const solution = await solveRidge({ gram, size: 2, ridge: 1, right }, nothing);
    expect([...(solution ?? [])]).toEqual([1, 1, 2 / 3, -1 / 3].map((value) => expect.closeTo(value, 14)));
    expect([...gram, ...right]).toEqual([1, 1, 1, 1, 3, 3, 1, 0]);
  });

  it('gives nothing where the matrix is not positive definite', async () => {
    const singular = { gram: Float64Array.of(1, 1, 1, 1), size: 2, right: Float64Array.of(1, 1) };
    expect(await solveRidge({ ...singular, ridge: 0 }, nothing)).toBeUndefined();
    expect(await solveRidge({ ...singular, ridge: Number.NaN }, nothing)).toBeUndefined();
  });
});
