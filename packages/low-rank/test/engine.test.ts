import { afterAll, describe, expect, it } from '@jest/globals';
import { type Matrix, seededRandom } from '@onnx-compress/core';
import { randomValues } from '@onnx-compress/test-kit';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import { SingularValueDecomposition, Matrix as SlowMatrix } from 'ml-matrix';
import type { Engine } from '../src/engine/engine.js';
import type { Metric } from '../src/engine/metric.js';
import { spectrumOf } from '../src/engine/spectrum-of.js';
import { type Truncation, truncate } from '../src/engine/truncate.js';

const { gemm, signal } = runtimeContext();
const engine = (): Engine => ({ gemm, signal, random: seededRandom(0, 'engine') });

afterAll(closeHost);

const slow = ({ rows, columns, values }: Matrix) => SlowMatrix.from1DArray(rows, columns, values);

const fast = (matrix: SlowMatrix): Matrix => ({
  rows: matrix.rows,
  columns: matrix.columns,
  values: Float32Array.from(matrix.to1DArray()),
});

const normal = (rows: number, columns: number, seed: number) =>
  SlowMatrix.from1DArray(rows, columns, randomValues(rows * columns, seed));

/** A matrix of a rank whose energy falls from one direction to the next. */
function decaying(rows: number, columns: number, seed: number, rank = Math.min(rows, columns)): Matrix {
  const left = normal(rows, rank, seed);
  for (let column = 0; column < rank; column++) left.mulColumn(column, 1 / (1 + column) ** 0.8);
  return fast(left.mmul(normal(rank, columns, seed + 1)));
}

/** Samples of inputs that depend on each other, or where `rank` is less than `columns`, do not fill the space. */
function inputs(columns: number, seed: number, rank = columns): SlowMatrix {
  const mixing = normal(rank, columns, seed);
  for (let row = 0; row < rank; row++) mixing.mulRow(row, 1 / (1 + row));
  return normal(3 * columns, rank, seed + 1).mmul(mixing);
}

const metricOf = (samples: SlowMatrix): Metric => ({
  covariance: Float64Array.from(samples.transpose().mmul(samples).to1DArray()),
});

const energy = (matrix: SlowMatrix) => matrix.norm('frobenius') ** 2;

/** Squared singular values of W, or of W X^T, which are those of W S; the samples X make a covariance X^T X. */
function referenceSpectrum(matrix: Matrix, samples?: SlowMatrix): Float64Array {
  const whole = samples ? slow(matrix).mmul(samples.transpose()) : slow(matrix);
  const { diagonal } = new SingularValueDecomposition(whole, { autoTranspose: true });
  return Float64Array.from(diagonal.slice(0, Math.min(matrix.rows, matrix.columns)), (value) => value ** 2);
}

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);

/** What is wrong about the matrix, or about its outputs for samples. */
function lostBy(matrix: Matrix, { left, right }: Truncation, samples?: SlowMatrix): number {
  const error = slow(left).mmul(slow(right)).sub(slow(matrix));
  return energy(samples ? error.mmul(samples.transpose()) : error);
}

async function present<Result>(result: Promise<Result | undefined>): Promise<Result> {
  const value = await result;
  if (value === undefined) throw new Error('expected a result');
  return value;
}

/** Spectrum and truncation agree with ml-matrix; the product at full rank is the matrix. */
async function expectExact(matrix: Matrix, rank: number, samples?: SlowMatrix) {
  const metric = samples && metricOf(samples);
  const side = Math.min(matrix.rows, matrix.columns);
  const expected = referenceSpectrum(matrix, samples);
  const total = sum(expected);
  /** A tall matrix in a metric is reduced to a square one with a ridge, in single precision. */
  const isReduced = samples !== undefined && matrix.rows > matrix.columns;
  const limits = isReduced ? { total: 1e-5, value: 5e-6, full: 3e-5 } : { total: 1e-6, value: 1e-6, full: 2e-6 };
  const { values, total: found } = await present(spectrumOf(matrix, metric, side, engine()));
  expect(Math.abs(found / total - 1)).toBeLessThan(limits.total);
  for (const [at, value] of values.entries()) {
    expect(Math.abs(value - (expected[at] ?? 0)) / total).toBeLessThan(limits.value);
  }
  const truncation = await present(truncate(matrix, metric, rank, engine()));
  const tail = sum(expected.slice(rank));
  expect([truncation.left.columns, truncation.right.rows]).toEqual([rank, rank]);
  expect(Math.abs(lostBy(matrix, truncation, samples) - tail)).toBeLessThan(1e-3 * tail + 1e-10 * total);
  expect(Math.abs(truncation.total - truncation.kept - tail)).toBeLessThan(1e-3 * tail + limits.value * total);
  const full = await present(truncate(matrix, metric, side, engine()));
  expect(Math.sqrt(lostBy(matrix, full) / energy(slow(matrix)))).toBeLessThan(limits.full);
}

const shapes = [
  { name: 'wide', rows: 24, columns: 70 },
  { name: 'tall', rows: 70, columns: 24 },
  { name: 'square', rows: 40, columns: 40 },
  { name: 'of one row', rows: 1, columns: 9 },
  { name: 'of one column', rows: 9, columns: 1 },
  { name: 'of one number', rows: 1, columns: 1 },
];

describe('truncation of weights', () => {
  it.each(shapes)('is the best there is for a matrix that is $name, seed 20', async ({ rows, columns }) => {
    await expectExact(decaying(rows, columns, 20), Math.ceil(Math.min(rows, columns) / 3));
  });

  it.each(shapes)('is the best there is for a flat spectrum, matrix $name, seed 21', async ({ rows, columns }) => {
    await expectExact(fast(normal(rows, columns, 21)), Math.ceil(Math.min(rows, columns) / 2));
  });

  it.each([
    [30, 50],
    [50, 30],
  ])('loses nothing at the rank of a matrix, %i x %i, seed 22', async (rows, columns) => {
    const matrix = decaying(rows, columns, 22, 8);
    const truncation = await present(truncate(matrix, undefined, 8, engine()));
    expect(lostBy(matrix, truncation) / energy(slow(matrix))).toBeLessThan(1e-11);
    await expectExact(matrix, 5);
  });

  it('is the same by onnxruntime in parts, and keeps what was predicted, 500 x 900, seed 23', async () => {
    const matrix = { rows: 500, columns: 900, values: randomValues(500 * 900, 23) };
    for (let at = 0; at < matrix.values.length; at++) {
      matrix.values[at] = (matrix.values[at] ?? 0) / (1 + Math.floor(at / 900) / 50);
    }
    const { kept, total, ...factors } = await present(truncate(matrix, undefined, 60, engine()));
    const { values, total: same } = await present(spectrumOf(matrix, undefined, 60, engine()));
    expect(total).toBeCloseTo(same, 6);
    expect(Math.abs(sum(values) / kept - 1)).toBeLessThan(1e-9);
    expect(Math.abs(lostBy(matrix, { kept, total, ...factors }) / (total - kept) - 1)).toBeLessThan(1e-3);
  });
});

/** Squared Frobenius norm of what a truncation of a large matrix leaves, over the least possible. */
async function excessOf(matrix: Matrix, rank: number): Promise<number> {
  const { left, right, total, kept } = await present(truncate(matrix, undefined, rank, engine()));
  const { values } = await present(spectrumOf(matrix, undefined, rank, engine()));
  const least = total - sum(values);
  expect(Math.abs(kept / sum(values) - 1)).toBeLessThan(1e-5);
  return lostBy(matrix, { left, right, total, kept }) / least;
}

describe('truncation of matrices whose vectors come from onnxruntime', () => {
  it.each([
    { name: 'that is flat', power: 0 },
    { name: 'that decays slowly', power: 0.25 },
    { name: 'that decays', power: 1 },
    { name: 'that decays fast', power: 3 },
  ])('is the best there is for a spectrum $name, 260 x 280, seed 24', async ({ power }) => {
    const left = normal(260, 260, 24);
    for (let column = 0; column < 260; column++) left.mulColumn(column, 1 / (1 + column) ** power);
    const matrix = fast(left.mmul(normal(260, 280, 25)));
    expect(Math.sqrt(await excessOf(matrix, 20))).toBeLessThan(1.001);
    const full = await present(truncate(matrix, undefined, 260, engine()));
    expect(Math.sqrt(lostBy(matrix, full) / energy(slow(matrix)))).toBeLessThan(2e-6);
  });

  it('finds all there is in a matrix of low rank, and loses nothing above it, 300 x 220, seed 26', async () => {
    const matrix = decaying(300, 220, 26, 12);
    for (const rank of [12, 100, 220]) {
      const truncation = await present(truncate(matrix, undefined, rank, engine()));
      expect(Math.sqrt(lostBy(matrix, truncation) / energy(slow(matrix)))).toBeLessThan(2e-6);
    }
  });
});

describe('truncation in a metric', () => {
  it.each(shapes)('loses least of the outputs, matrix $name, seed 30', async ({ rows, columns }) => {
    await expectExact(decaying(rows, columns, 30), Math.ceil(Math.min(rows, columns) / 3), inputs(columns, 31));
  });

  it.each(shapes)('takes inputs that do not fill the space, matrix $name, seed 32', async ({ rows, columns }) => {
    const rank = Math.ceil(Math.min(rows, columns) / 4);
    await expectExact(decaying(rows, columns, 32), rank, inputs(columns, 33, Math.ceil(columns / 2)));
  });

  it.each([
    [30, 50],
    [50, 30],
  ])('takes a matrix whose rows and columns depend on each other, %i x %i, seed 34', async (rows, columns) => {
    await expectExact(decaying(rows, columns, 34, 8), 5, inputs(columns, 35));
  });

  it('loses far less of the outputs than truncation of the weights, seed 36', async () => {
    const [matrix, samples] = [fast(normal(40, 60, 36)), inputs(60, 37)];
    const plain = await present(truncate(matrix, undefined, 10, engine()));
    const weighed = await present(truncate(matrix, metricOf(samples), 10, engine()));
    expect(lostBy(matrix, weighed, samples)).toBeLessThan(0.5 * lostBy(matrix, plain, samples));
  });

  it('counts a metric without variance as none', async () => {
    const matrix = decaying(6, 9, 38);
    const zero = { covariance: new Float64Array(81) };
    expect(await truncate(matrix, zero, 3, engine())).toEqual(await truncate(matrix, undefined, 3, engine()));
  });
});

describe('factors', () => {
  it.each(shapes)('are of the same length, matrix $name', async ({ rows, columns }) => {
    const matrix = decaying(rows, columns, 40);
    for (const metric of [undefined, metricOf(inputs(columns, 41))]) {
      const { left, right } = await present(truncate(matrix, metric, Math.min(rows, columns), engine()));
      const [columnVectors, rowVectors] = [slow(left), slow(right)];
      for (let at = 0; at < left.columns; at++) {
        const ratio = columnVectors.getColumnVector(at).norm() / rowVectors.getRowVector(at).norm();
        expect(ratio).toBeCloseTo(1, 4);
      }
    }
  });

  it.each([1e-30, 1e-15, 1e15, 1e30])('and energies keep their precision at a scale of %f', async (scale) => {
    const matrix = decaying(10, 30, 42);
    const scaled = { ...matrix, values: matrix.values.map((value) => value * scale) };
    const { left, right, kept } = await present(truncate(scaled, undefined, 10, engine()));
    const product = slow(left).mmul(slow(right)).div(scale);
    expect(energy(product.sub(slow(matrix))) / energy(slow(matrix))).toBeLessThan(1e-10);
    expect(kept / scale / scale / energy(slow(matrix))).toBeCloseTo(1, 5);
  });
});

describe('what cannot be truncated', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('has no spectrum: %d', async (value) => {
    const matrix = { rows: 2, columns: 3, values: Float32Array.of(1, 2, value, 4, 5, 6) };
    expect(await spectrumOf(matrix, undefined, 2, engine())).toBeUndefined();
    expect(await truncate(matrix, undefined, 2, engine())).toBeUndefined();
  });

  it('is zero where the matrix is', async () => {
    const matrix = { rows: 3, columns: 5, values: new Float32Array(15) };
    for (const metric of [undefined, metricOf(inputs(5, 1))]) {
      expect(await spectrumOf(matrix, metric, 9, engine())).toEqual({ values: new Float64Array(3), total: 0 });
      expect(await truncate(matrix, metric, 2, engine())).toEqual({
        left: { rows: 3, columns: 2, values: new Float32Array(6) },
        right: { rows: 2, columns: 5, values: new Float32Array(10) },
        kept: 0,
        total: 0,
      });
    }
  });

  it('stops when the signal fires', async () => {
    const stopped = { ...engine(), signal: AbortSignal.abort() };
    const matrix = { rows: 300, columns: 300, values: randomValues(90_000, 1) };
    await expect(truncate(matrix, undefined, 4, stopped)).rejects.toThrow('Cancelled');
  });
});

/** Shapes, ranks and inputs of one seed. */
function drawn(seed: number) {
  const random = seededRandom(seed, 'shapes');
  const [rows, columns] = [1 + random.integer(48), 1 + random.integer(48)];
  const side = Math.min(rows, columns);
  const matrix = decaying(rows, columns, 1000 + seed, 1 + random.integer(side));
  const samples = random.uniform() < 0.5 ? undefined : inputs(columns, 2000 + seed, 1 + random.integer(columns));
  return { matrix, samples, rank: 1 + random.integer(side) };
}

describe('any truncation', () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))('agrees with ml-matrix, seed %i', async (seed) => {
    const { matrix, samples, rank } = drawn(seed);
    await expectExact(matrix, rank, samples);
  });
});
