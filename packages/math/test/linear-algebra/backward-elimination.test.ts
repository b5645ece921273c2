import { describe, expect, it } from '@jest/globals';
import { BackwardElimination } from '../../src/linear-algebra/backward-elimination.js';
import { gramOf, largestDifference, product, randomMatrix, solveByElimination } from './random-matrices.js';

/** A layer with random weights and the Gram matrix of correlated inputs. */
function layer(size: number, rows: number, seed: number) {
  const mixed = product(randomMatrix(2 * size, size, seed), randomMatrix(size, size, seed + 1), size, size);
  const gram = gramOf(mixed, size, 0.1);
  const identity = gram.map((_, at) => (at % (size + 1) === 0 ? 1 : 0));
  const inverse = solveByElimination(gram, size, identity);
  return { gram, inverse, weights: randomMatrix(rows, size, seed + 2) };
}

/** The sum over the rows d of d G d^T, d being the difference of the weights. */
function squaredError(gram: Float64Array, size: number, before: Float64Array, after: Float64Array): number {
  const difference = before.map((value, at) => value - (after[at] ?? Number.NaN));
  return product(difference, gram, size, size).reduce((sum, value, at) => sum + value * (difference[at] ?? 0), 0);
}

/** The weights with least squared error whose columns outside `kept` are 0, solved from the beginning. */
function reducedLeastSquares(gram: Float64Array, size: number, weights: Float64Array, kept: readonly number[]) {
  const rows = weights.length / size;
  const targets = product(weights, gram, size, size);
  const own = Float64Array.from(kept.flatMap((i) => kept.map((j) => gram[i * size + j] ?? 0)));
  const right = Float64Array.from(
    Array.from({ length: rows }, (_, row) => kept.map((column) => targets[row * size + column] ?? 0)).flat(),
  );
  const solution = solveByElimination(own, kept.length, right);
  const result = new Float64Array(weights.length);
  for (const [at, value] of solution.entries()) {
    result[Math.floor(at / kept.length) * size + (kept[at % kept.length] ?? 0)] = value;
  }
  return result;
}

const without = (size: number, gone: ReadonlySet<number>) => [...Array(size).keys()].filter((i) => !gone.has(i));

describe('BackwardElimination', () => {
  it('does what was worked out by hand for two columns', () => {
    const elimination = new BackwardElimination(Float64Array.of(2, 1, 1, 1), 2, Float64Array.of(4, 3), 1);
    expect([...elimination.costs(1)]).toEqual([8, 9].map((value) => expect.closeTo(value, 12)));
    elimination.remove(0, 1);
    expect([...elimination.weights()]).toEqual([0, expect.closeTo(1, 12)]);
    expect(elimination.cost(1, 1)).toBeCloseTo(1 / 0.5, 12);
  });

  it.each([
    { size: 1, block: 1, rows: 2, removals: 1, seed: 11 },
    { size: 12, block: 1, rows: 3, removals: 11, seed: 12 },
    { size: 45, block: 9, rows: 5, removals: 4, seed: 13 },
    { size: 65, block: 5, rows: 4, removals: 12, seed: 14 },
    { size: 130, block: 1, rows: 7, removals: 100, seed: 15 },
    { size: 200, block: 4, rows: 6, removals: 40, seed: 16 },
    { size: 210, block: 70, rows: 6, removals: 2, seed: 17 },
  ])(
    'costs and weights are those of the reduced least squares problem: size $size, blocks of $block, seed $seed',
    ({ size, block, rows, removals, seed }) => {
      const { gram, inverse, weights } = layer(size, rows, seed);
      const elimination = new BackwardElimination(inverse, size, weights.slice(), rows);
      const gone = new Set<number>();
      let error = 0;
      for (let step = 0; step < removals; step++) {
        const costs = elimination.costs(block);
        const cheapest = costs.indexOf(Math.min(...costs));
        elimination.remove(cheapest * block, block);
        for (let column = cheapest * block; column < (cheapest + 1) * block; column++) gone.add(column);
        error += costs[cheapest] ?? Number.NaN;
        if (step % 19 !== 0 && step !== removals - 1) continue;
        const expected = reducedLeastSquares(gram, size, weights, without(size, gone));
        const exact = squaredError(gram, size, weights, expected);
        expect(Math.abs(error - exact)).toBeLessThan(1e-8 * exact);
        const now = elimination.weights();
        expect(largestDifference(now, expected)).toBeLessThan(1e-8 * Math.max(...expected.map(Math.abs), 1));
        expect(now.filter((_, at) => gone.has(at % size)).every((value) => value === 0)).toBe(true);
      }
    },
  );

  it.each([18])('knows the cheapest pair without trying all, seed %i', (seed) => {
    const size = 10;
    const { gram, inverse, weights } = layer(size, 4, seed);
    const costs = new BackwardElimination(inverse, size, weights.slice(), 4).costs(2);
    for (const [pair, cost] of costs.entries()) {
      const reduced = reducedLeastSquares(gram, size, weights, without(size, new Set([2 * pair, 2 * pair + 1])));
      expect(cost / squaredError(gram, size, weights, reduced)).toBeCloseTo(1, 8);
    }
  });

  it('removes a wide block as it removes its columns one by one, seed 19', () => {
    const { inverse, weights } = layer(150, 3, 19);
    const atOnce = new BackwardElimination(inverse.slice(), 150, weights.slice(), 3);
    const oneByOne = new BackwardElimination(inverse, 150, weights.slice(), 3);
    atOnce.remove(10, 100);
    for (let column = 10; column < 110; column++) oneByOne.remove(column, 1);
    expect(largestDifference(atOnce.weights(), oneByOne.weights())).toBeLessThan(1e-9);
    expect(atOnce.cost(110, 8) / oneByOne.cost(110, 8)).toBeCloseTo(1, 9);
  });

  it('counts what is left of a block, and Infinity where nothing is', () => {
    const { inverse, weights } = layer(6, 2, 20);
    const elimination = new BackwardElimination(inverse, 6, weights, 2);
    elimination.remove(0, 2);
    expect(elimination.cost(0, 2)).toBe(Number.POSITIVE_INFINITY);
    expect(elimination.cost(1, 3)).toBeCloseTo(elimination.cost(2, 2), 12);
    elimination.remove(0, 3);
    expect([...elimination.weights()].filter((value) => value === 0)).toHaveLength(6);
    elimination.remove(0, 6);
    expect([...elimination.weights()]).toEqual(Array(12).fill(0));
  });

  it('costs Infinity where the inverse is not positive definite, and goes without a change of the others', () => {
    const inverse = Float64Array.of(-1, 0.5, 0.5, 1);
    const elimination = new BackwardElimination(inverse, 2, Float64Array.of(3, 5), 1);
    expect([...elimination.costs(1)]).toEqual([Number.POSITIVE_INFINITY, 25]);
    elimination.remove(0, 1);
    expect([...elimination.weights()]).toEqual([0, 5]);
  });

  it('takes a singular block with a slightly larger diagonal', () => {
    const elimination = new BackwardElimination(Float64Array.of(1, 1, 1, 1), 2, Float64Array.of(2, 2), 1);
    expect(elimination.cost(0, 2)).toBeCloseTo(4, 6);
  });

  it('costs Infinity where there are values that are no numbers', () => {
    const spoilt = new BackwardElimination(Float64Array.of(Number.NaN, 0, 0, 1), 2, Float64Array.of(1, Number.NaN), 1);
    expect([...spoilt.costs(1)]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });

  it('takes no columns and no rows', () => {
    expect(new BackwardElimination(new Float64Array(0), 0, new Float64Array(0), 3).costs(4)).toHaveLength(0);
    const noRows = new BackwardElimination(Float64Array.of(1), 1, new Float64Array(0), 0);
    expect(noRows.cost(0, 1)).toBe(0);
    noRows.remove(0, 1);
    expect(noRows.cost(0, 1)).toBe(Number.POSITIVE_INFINITY);
  });

  it('refuses columns and lengths that do not fit', () => {
    const elimination = new BackwardElimination(Float64Array.of(1), 1, Float64Array.of(1), 1);
    expect(() => elimination.cost(0, 2)).toThrow('index 1 is outside an axis of size 1');
    expect(() => elimination.remove(-1, 1)).toThrow('index -1');
    expect(() => new BackwardElimination(Float64Array.of(1), 2, Float64Array.of(1, 1), 1)).toThrow('inverse');
    expect(() => new BackwardElimination(Float64Array.of(1), 1, Float64Array.of(1, 1), 1)).toThrow('weights');
  });
});
