import { describe, expect, it } from '@jest/globals';
import { rowProducts } from '../../src/linear-algebra/row-products.js';
import { largestDifference, product, randomMatrix } from './random-matrices.js';

const nothing = async () => {};

function transpose(matrix: Float64Array, columns: number): Float64Array {
  const rows = matrix.length / columns;
  return matrix.map((_, at) => matrix[(at % rows) * columns + Math.floor(at / rows)] ?? Number.NaN);
}

describe('rowProducts', () => {
  it.each([
    [1, 1, 1],
    [3, 5, 2],
    [4, 4, 64],
    [7, 130, 65],
    [130, 9, 200],
  ])('multiplies %i with %i rows of %i elements', async (rows, columns, depth) => {
    const [left, right] = [randomMatrix(rows, depth, 1), randomMatrix(columns, depth, 2)];
    const expected = product(left, transpose(right, depth), depth, columns);
    expect(largestDifference(await rowProducts(left, right, depth, nothing), expected)).toBeLessThan(1e-13 * depth);
  });

  it.each([1, 6, 130])('gives all of a Gram matrix, %i rows', async (rows) => {
    const matrix = randomMatrix(rows, 70, 3);
    const expected = product(matrix, transpose(matrix, 70), 70, rows);
    expect(largestDifference(await rowProducts(matrix, matrix, 70, nothing), expected)).toBeLessThan(1e-12);
  });

  it('takes rows without elements, and refuses one that ends early', async () => {
    expect(await rowProducts(new Float64Array(), new Float64Array(), 3, nothing)).toHaveLength(0);
    await expect(rowProducts(new Float64Array(4), new Float64Array(6), 3, nothing)).rejects.toThrow('left');
  });
});
