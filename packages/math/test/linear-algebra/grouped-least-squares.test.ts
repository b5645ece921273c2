import { describe, expect, it } from '@jest/globals';
import {
  addGroupedGrams,
  addGroupedProducts,
  groupedPredictions,
  solveGroupedRidge,
} from '../../src/linear-algebra/grouped-least-squares.js';

/** Two rows for two groups with two columns each. */
const rows = { values: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), rows: 2, groups: 2, columns: 2 };

describe('least squares in groups', () => {
  it('adds a Gram matrix for each group, up to the diagonal', () => {
    const sums = new Float64Array(8).fill(1);
    addGroupedGrams(rows, sums);
    expect([...sums]).toEqual([27, 1, 33, 41, 59, 1, 69, 81]);
  });

  it('adds the products of targets with the inputs of their group', () => {
    const sums = new Float64Array(4);
    addGroupedProducts(rows, Float32Array.of(1, 10, 2, 20), 1, sums);
    expect([...sums]).toEqual([11, 14, 170, 200]);
  });

  it('multiplies the inputs of a group by its own weights', () => {
    const results = new Float32Array(4);
    groupedPredictions(rows, Float64Array.of(1, 0, 0.5, 0.5), 1, results);
    expect([...results]).toEqual([1, 3.5, 5, 7.5]);
  });

  it('finds the weights that made the targets, group by group', () => {
    const weights = Float64Array.of(2, -1, 0.5, 3);
    const targets = new Float32Array(4);
    groupedPredictions(rows, weights, 1, targets);
    const [grams, products] = [new Float64Array(8), new Float64Array(4)];
    addGroupedGrams(rows, grams);
    addGroupedProducts(rows, targets, 1, products);
    solveGroupedRidge(grams, products, { groups: 2, columns: 2, outputs: 1 }, 1e-12);
    for (const [index, value] of products.entries()) expect(value).toBeCloseTo(weights[index] ?? Number.NaN, 5);
  });

  it('counts the ridge by the mean diagonal: 6 / (4 + 0.5 * 4)', () => {
    const products = Float64Array.of(6);
    solveGroupedRidge(Float64Array.of(4), products, { groups: 1, columns: 1, outputs: 1 }, 0.5);
    expect(products[0]).toBeCloseTo(1, 12);
  });

  it('leaves a group alone whose inputs do not vary, or that is not positive definite', () => {
    const products = Float64Array.of(1, 1, 1, 1);
    const grams = Float64Array.of(0, 0, 0, 0, 1, Number.NaN, Number.NaN, 1);
    solveGroupedRidge(grams, products, { groups: 2, columns: 2, outputs: 1 }, 0.1);
    expect([...products]).toEqual([0, 0, 0, 0]);
  });
});
