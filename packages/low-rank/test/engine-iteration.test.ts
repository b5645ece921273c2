import { afterAll, describe, expect, it } from '@jest/globals';
import { type Matrix, seededRandom } from '@onnx-compress/core';
import { randomValues } from '@onnx-compress/test-kit';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import { EigenvalueDecomposition, Matrix as SlowMatrix } from 'ml-matrix';
import { columnProblem } from '../src/engine/column-problem.js';
import type { Engine } from '../src/engine/engine.js';
import { gramOfColumns, gramOfRows } from '../src/engine/gram.js';
import { approachTo } from '../src/engine/operation-counts.js';
import { orthonormalColumns } from '../src/engine/orthonormal-columns.js';
import { rowProblem } from '../src/engine/row-problem.js';
import { subspaceIteration } from '../src/engine/subspace-iteration.js';

const { gemm, signal } = runtimeContext();
const engine = (): Engine => ({ gemm, signal, random: seededRandom(0, 'engine') });

afterAll(closeHost);

const slow = ({ rows, columns, values }: Matrix) => SlowMatrix.from1DArray(rows, columns, values);

/** Normal numbers, column after column smaller. */
function falling(rows: number, columns: number, seed: number, power: number): Matrix {
  const values = randomValues(rows * columns, seed).map((value, at) => value / (1 + (at % columns)) ** power);
  return { rows, columns, values };
}

function squaredSingularValues(matrix: Matrix): number[] {
  const whole = slow(matrix);
  const gram = matrix.rows < matrix.columns ? whole.mmul(whole.transpose()) : whole.transpose().mmul(whole);
  return new EigenvalueDecomposition(gram, { assumeSymmetric: true }).realEigenvalues.sort((a, b) => b - a);
}

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);

/** Largest difference between the products of columns and the identity. */
function dependence(columns: SlowMatrix): number {
  const gram = columns.transpose().mmul(columns);
  return gram.sub(SlowMatrix.eye(gram.rows)).abs().max();
}

describe('subspaceIteration', () => {
  it.each([
    { name: 'that decays', power: 0.7 },
    { name: 'that decays fast', power: 1.5 },
    { name: 'that is flat', power: 0 },
  ])('loses at most 1 % more than the best for a spectrum $name, seed 50', async ({ power }) => {
    const matrix = falling(260, 200, 50, power);
    const problem = await columnProblem(matrix, engine());
    const { values, vectors } = await subspaceIteration(problem, { count: 24, vectors: true }, engine());
    const best = squaredSingularValues(matrix).slice(0, 24);
    const tail = problem.total - sum(best);
    expect(Math.sqrt((problem.total - sum(values)) / tail)).toBeLessThan(1.01);
    expect(dependence(slow(vectors))).toBeLessThan(1e-4);
    const kept = slow(matrix).mmul(slow(vectors)).norm('frobenius') ** 2;
    expect(Math.abs(kept / sum(values) - 1)).toBeLessThan(1e-4);
  });

  it('finds all there is in a matrix of low rank, seed 51', async () => {
    const product = slow(falling(120, 5, 51, 0.5)).mmul(slow(falling(5, 150, 52, 0)));
    const matrix = { rows: 120, columns: 150, values: Float32Array.from(product.to1DArray()) };
    const problem = await rowProblem(matrix, undefined, engine());
    const { values } = await subspaceIteration(problem, { count: 12, vectors: true }, engine());
    const best = squaredSingularValues(matrix);
    for (const [at, value] of values.entries())
      expect(value / problem.total).toBeCloseTo((best[at] ?? 0) / problem.total, 5);
  });

  it('gives the same for the same random stream', async () => {
    const problem = await columnProblem(falling(90, 80, 53, 1), engine());
    const wanted = { count: 8, vectors: true };
    const first = await subspaceIteration(problem, wanted, engine());
    expect(await subspaceIteration(problem, wanted, engine())).toEqual(first);
    const values = await subspaceIteration(problem, { ...wanted, vectors: false }, engine());
    expect(values.vectors.values).toHaveLength(0);
    expect(Math.max(...values.values.map((value, at) => Math.abs(value / (first.values[at] ?? 0) - 1)))).toBeLessThan(
      1e-9,
    );
  });
});

describe('orthonormalColumns', () => {
  it('spans what the columns span, though they nearly depend on each other, seed 54', async () => {
    const base = slow(falling(150, 20, 54, 0));
    const mixing = slow(falling(20, 20, 55, 4)).transpose();
    const matrix = { rows: 150, columns: 20, values: Float32Array.from(base.mmul(mixing).to1DArray()) };
    const basis = slow(await orthonormalColumns(matrix, engine()));
    expect(dependence(basis)).toBeLessThan(1e-4);
    const inside = basis.mmul(basis.transpose().mmul(slow(matrix)));
    expect(inside.sub(slow(matrix)).norm('frobenius') / slow(matrix).norm('frobenius')).toBeLessThan(1e-5);
  });

  it.each([
    ['equal', () => 1],
    ['zero', () => 0],
    ['partly zero', (at: number) => (at % 6 < 3 ? Math.sin(at) : 0)],
  ])('fills up columns that are %s', async (_, element) => {
    const matrix = { rows: 40, columns: 6, values: Float32Array.from({ length: 240 }, (__, at) => element(at)) };
    expect(dependence(slow(await orthonormalColumns(matrix, engine())))).toBeLessThan(1e-4);
  });
});

describe('Gram matrices in parts', () => {
  it('are those of the whole, 1100 x 700 and 700 x 1100, seed 56', async () => {
    const matrix = falling(1100, 700, 56, 0.2);
    const flipped = { rows: 700, columns: 1100, values: Float32Array.from(slow(matrix).transpose().to1DArray()) };
    const [rows, columns] = [await gramOfRows(matrix, matrix, engine()), await gramOfColumns(flipped, engine())];
    for (const at of [0, 5, 1099, 1100 * 1050 + 3, 3 * 1100 + 1050, 1100 * 1099 + 1099]) {
      const [first, second] = [Math.floor(at / 1100), at % 1100];
      const expected = matrix.values
        .subarray(first * 700, (first + 1) * 700)
        .reduce((total, value, index) => total + value * (matrix.values[second * 700 + index] ?? 0), 0);
      expect(rows[at]).toBeCloseTo(expected, 3);
      expect(columns[at]).toBeCloseTo(expected, 3);
    }
  });
});

describe('the approach', () => {
  const square = (size: number, depth = size) => ({
    size,
    depth,
    total: 1,
    gram: async () => new Float64Array(),
    apply: async (columns: Matrix) => columns,
    factors: async () => {
      throw new Error('not asked for');
    },
  });

  it.each([
    { size: 512, depth: 512, count: 4, vectors: true, approach: 'all of the gram' },
    { size: 768, depth: 3072, count: 256, vectors: true, approach: 'all of the gram' },
    { size: 768, depth: 3072, count: 384, vectors: false, approach: 'all of the gram' },
    { size: 2048, depth: 2048, count: 2040, vectors: true, approach: 'all of the gram' },
    { size: 4096, depth: 4096, count: 64, vectors: true, approach: 'iterations on the matrix' },
    { size: 4096, depth: 4096, count: 1024, vectors: true, approach: 'iterations on the gram' },
  ])('to $count of $size x $depth is $approach', ({ size, depth, approach, ...wanted }) => {
    expect(approachTo(square(size, depth), wanted)).toBe(approach);
  });
});
