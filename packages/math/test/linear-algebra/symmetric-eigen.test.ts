import { describe, expect, it } from '@jest/globals';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import {
  symmetricEigen,
  symmetricEigenvalues,
  type TridiagonalEigen,
  tridiagonalEigen,
} from '../../src/linear-algebra/symmetric-eigen.js';
import { gramOf, largestDifference, product, randomMatrix } from './random-matrices.js';

const nothing = async () => {};

function symmetric(size: number, seed: number): Float64Array {
  const values = randomMatrix(size, size, seed);
  return values.map((value, at) => value + (values[(at % size) * size + Math.floor(at / size)] ?? 0));
}

/** A symmetric matrix with these eigenvalues: reflected twice. */
function withValues(values: readonly number[], seed: number): Float64Array {
  const size = values.length;
  const diagonal = new Float64Array(size * size);
  for (const [at, value] of values.entries()) diagonal[at * (size + 1)] = value;
  return [seed, seed + 1].reduce<Float64Array>((matrix, next) => {
    const vector = randomMatrix(1, size, next);
    const squares = vector.reduce((sum, value) => sum + value * value, 0);
    const reflection = diagonal.map((_, at) => {
      const [row, column] = [Math.floor(at / size), at % size];
      return (row === column ? 1 : 0) - (2 * (vector[row] ?? 0) * (vector[column] ?? 0)) / squares;
    });
    return product(product(reflection, matrix, size, size), reflection, size, size);
  }, diagonal);
}

function largest(matrix: Float64Array): number {
  return matrix.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function transpose(matrix: Float64Array, columns: number): Float64Array {
  const rows = matrix.length / columns;
  return matrix.map((_, at) => matrix[(at % rows) * columns + Math.floor(at / rows)] ?? Number.NaN);
}

/** Values fall, A v = lambda v, and vectors are orthonormal; all to rounding errors of the largest element. */
async function expectEigen(matrix: Float64Array, size: number, count = size) {
  const { values, vectors } = await symmetricEigen(matrix, size, nothing, count);
  expect([values.length, vectors.length]).toEqual([count, count * size]);
  expect([...values]).toEqual([...values].sort((a, b) => b - a));
  const limit = 1e-14 * size;
  const scaled = vectors.map((value, at) => value * (values[Math.floor(at / size)] ?? Number.NaN));
  const images = product(vectors, matrix, size, size);
  expect(largestDifference(images, scaled) / Math.max(largest(matrix), Number.MIN_VALUE)).toBeLessThan(limit);
  const identity = new Float64Array(count * count).map((_, at) => (at % (count + 1) === 0 ? 1 : 0));
  expect(largestDifference(product(vectors, transpose(vectors, size), size, count), identity)).toBeLessThan(limit);
  return values;
}

function lowerOnBothSides(matrix: Float64Array, size: number): Float64Array {
  return matrix.map((value, at) => {
    const [row, column] = [Math.floor(at / size), at % size];
    return row < column ? (matrix[column * size + row] ?? 0) : value;
  });
}

/** The eigenvalues as ml-matrix finds them, in falling order. */
function referenceValues(matrix: Float64Array, size: number): Float64Array {
  const { realEigenvalues } = new EigenvalueDecomposition(Matrix.from1DArray(size, size, matrix), {
    assumeSymmetric: true,
  });
  return Float64Array.from(realEigenvalues.sort((a, b) => b - a));
}

const sizes = [1, 2, 3, 4, 5, 6, 7, 31, 64, 100, 131].map((size, index) => ({ size, seed: 300 + index }));

describe('symmetricEigen', () => {
  it('finds what was worked out by hand, and reads nothing above the diagonal', async () => {
    const { values, vectors } = await symmetricEigen(Float64Array.of(2, Number.NaN, 1, 2), 2, nothing);
    expect([...values]).toEqual([3, 1].map((value) => expect.closeTo(value, 14)));
    expect([...vectors].map(Math.abs)).toEqual(new Array(4).fill(expect.closeTo(Math.SQRT1_2, 14)));
    expect((vectors[0] ?? 0) * (vectors[1] ?? 0)).toBeGreaterThan(0);
  });

  it.each(sizes)('agrees with ml-matrix, size $size, seed $seed', async ({ size, seed }) => {
    const matrix = symmetric(size, seed);
    const values = await expectEigen(matrix, size);
    expect(largestDifference(values, referenceValues(matrix, size))).toBeLessThan(1e-13 * size);
    expect(largestDifference(await symmetricEigenvalues(matrix, size, nothing), values)).toBeLessThan(1e-13 * size);
  });

  it.each(sizes)('gives the leading ones only, size $size, seed $seed', async ({ size, seed }) => {
    const matrix = symmetric(size, seed);
    const count = Math.ceil(size / 3);
    const values = await expectEigen(matrix, size, count);
    const all = await symmetricEigenvalues(matrix, size, nothing);
    expect(largestDifference(values, all.slice(0, count))).toBeLessThan(1e-13 * size);
  });

  it.each([
    { name: 'repeated', values: [5, 5, 5, 2, 2, -1, -1, -1, 0, 0] },
    { name: 'all the same', values: new Array(12).fill(3) },
    { name: 'of two signs', values: [-4, -3, -2, 2, 3, 4, 1e-3] },
    { name: 'negative', values: [-1, -2, -3, -4, -5] },
    { name: 'far apart', values: [1e8, 1e4, 1, 1e-4, 1e-8] },
    { name: 'closer than rounding errors', values: Array.from({ length: 40 }, (_, at) => 1 + at * 1e-15) },
  ])('finds eigenvalues that are $name, seed 7', async ({ values: expected }) => {
    const matrix = withValues(expected, 7);
    const values = await expectEigen(matrix, expected.length);
    const falling = Float64Array.from(expected).sort().reverse();
    expect(largestDifference(values, falling)).toBeLessThan(1e-13 * largest(matrix) * expected.length);
    await expectEigen(matrix, expected.length, 2);
  });

  it.each([
    ['zeros', new Float64Array(49)],
    ['ones', new Float64Array(49).fill(1)],
    ['the identity', new Float64Array(49).map((_, at) => (at % 8 === 0 ? 1 : 0))],
    ['a falling diagonal', new Float64Array(49).map((_, at) => (at % 8 === 0 ? 1 / (1 + at) : 0))],
    ['a single pair', new Float64Array(49).map((_, at) => (at === 6 || at === 42 ? 1 : 0))],
    ['two blocks', new Float64Array(49).map((_, at) => (Math.floor(at / 7) < 3 === at % 7 < 3 ? 1 + (at % 8) : 0))],
  ])('takes a matrix of %s', async (_, matrix) => {
    const whole = lowerOnBothSides(matrix, 7);
    expect(largestDifference(await expectEigen(whole, 7), referenceValues(whole, 7))).toBeLessThan(1e-13);
    await expectEigen(whole, 7, 3);
  });

  it('finds the null space of a Gram matrix of few rows, seed 11', async () => {
    const matrix = gramOf(randomMatrix(5, 60, 11), 60);
    const values = await expectEigen(matrix, 60);
    expect(values[4]).toBeGreaterThan(1);
    expect(largest(values.slice(5))).toBeLessThan(1e-13);
  });

  it.each([1e-200, 1e-310, 1e-12, 1e12, 1e200, 1e306])(
    'keeps its precision at a scale of %f, seed 12',
    async (scale) => {
      const matrix = symmetric(20, 12).map((value) => value * scale);
      const values = await symmetricEigenvalues(matrix, 20, nothing);
      const expected = await symmetricEigenvalues(
        matrix.map((value) => value / scale),
        20,
        nothing,
      );
      const error = largestDifference(
        values.map((value) => value / scale),
        expected,
      );
      expect(error).toBeLessThan(1e-12);
    },
  );

  it('keeps its precision where rows differ by many orders of magnitude, seed 13', async () => {
    const matrix = symmetric(24, 13).map((value, at) => value * 10 ** -((at % 24) + Math.floor(at / 24)));
    expect(largestDifference(await expectEigen(matrix, 24), referenceValues(matrix, 24))).toBeLessThan(1e-14);
    await expectEigen(matrix, 24, 6);
  });

  it('of nothing is nothing, and no vectors are none', async () => {
    expect(await symmetricEigen(new Float64Array(), 0, nothing)).toEqual({
      values: new Float64Array(),
      vectors: new Float64Array(),
    });
    expect(await symmetricEigenvalues(new Float64Array(), 0, nothing)).toHaveLength(0);
    expect((await symmetricEigen(Float64Array.of(3), 1, nothing, 0)).values).toHaveLength(0);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', async (value) => {
    const matrix = Float64Array.of(1, 0, value, 1);
    await expect(symmetricEigen(matrix, 2, nothing)).rejects.toThrow('element 2 is not a finite number');
    await expect(symmetricEigenvalues(matrix, 2, nothing)).rejects.toThrow('element 2 is not a finite number');
  });

  it('refuses a matrix of another size', async () => {
    await expect(symmetricEigen(new Float64Array(3), 2, nothing)).rejects.toThrow('expected 4 elements, got 3');
  });

  it('ends with what the pause throws', async () => {
    const stop = async () => {
      throw new Error('stopped');
    };
    await expect(symmetricEigen(symmetric(500, 1), 500, stop)).rejects.toThrow('stopped');
  });
});

/** Vectors of the tridiagonal matrix, one a row, after all reflections. */
function reflected(eigen: TridiagonalEigen, size: number): Float64Array {
  const vectors = eigen.tridiagonalVectors.slice();
  for (let start = 0; start < vectors.length; start += size) {
    for (const [k, factor] of eigen.factors.entries()) {
      const vector = eigen.reflections.subarray(k * size, k * size + k);
      const share = factor * vector.reduce((sum, value, at) => sum + value * (vectors[start + at] ?? 0), 0);
      for (const [at, value] of vector.entries()) vectors[start + at] = (vectors[start + at] ?? 0) - share * value;
    }
  }
  return vectors;
}

describe('tridiagonalEigen', () => {
  it.each([
    ['that is random', symmetric(90, 14)],
    ['of few rows', gramOf(randomMatrix(5, 90, 15), 90)],
    ['of equal values', withValues(new Array(90).fill(2), 16)],
    [
      'of values that decay fast',
      withValues(
        Array.from({ length: 90 }, (_, at) => 0.6 ** at),
        17,
      ),
    ],
  ])('leaves the reflections to the caller, matrix %s', async (_, matrix) => {
    const eigen = await tridiagonalEigen(matrix.slice(), 90, nothing, 40);
    const vectors = reflected(eigen, 90);
    const scaled = vectors.map((value, at) => value * (eigen.values[Math.floor(at / 90)] ?? Number.NaN));
    expect(largestDifference(product(vectors, matrix, 90, 90), scaled) / largest(matrix)).toBeLessThan(1e-12);
    const identity = new Float64Array(1600).map((__, at) => (at % 41 === 0 ? 1 : 0));
    expect(largestDifference(product(vectors, transpose(vectors, 90), 90, 40), identity)).toBeLessThan(1e-6);
    const all = await symmetricEigenvalues(matrix, 90, nothing);
    expect(largestDifference(eigen.values, all.slice(0, 40)) / largest(matrix)).toBeLessThan(1e-12);
  });

  it('refuses what is not finite', async () => {
    await expect(tridiagonalEigen(Float64Array.of(Number.NaN), 1, nothing)).rejects.toThrow('not a finite number');
  });
});
