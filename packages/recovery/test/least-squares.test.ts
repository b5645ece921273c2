import { afterAll, describe, expect, it } from '@jest/globals';
import type { Matrix } from '@onnx-compress/core';
import { randomValues } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { CentredRows } from '../src/least-squares/centred-rows.js';
import { fitLayer } from '../src/least-squares/fit-layer.js';
import { easedTargets, type LayerProblem, lossOf, type Rectifier } from '../src/least-squares/layer-problem.js';
import { columnBlocks } from '../src/least-squares/matrices.js';
import { RidgeSystem } from '../src/least-squares/ridge-system.js';
import { gemm, signal } from './rows-sampling.js';

afterAll(closeHost);

const products = { gemm, signal };

const random = (rows: number, columns: number, seed: number, scale = 1): Matrix => ({
  rows,
  columns,
  values: Float32Array.from(randomValues(rows * columns, seed), (value) => value * scale),
});

/** What weights and a bias make of rows. */
function applied(inputs: Matrix, weights: ArrayLike<number>, bias: readonly number[]): Matrix {
  const values = new Float32Array(inputs.rows * bias.length);
  for (let row = 0; row < inputs.rows; row++) {
    for (const [output, shift] of bias.entries()) {
      let sum = shift;
      for (let column = 0; column < inputs.columns; column++) {
        sum += (inputs.values[row * inputs.columns + column] ?? 0) * (weights[output * inputs.columns + column] ?? 0);
      }
      values[row * bias.length + output] = sum;
    }
  }
  return { rows: inputs.rows, columns: bias.length, values };
}

interface Asked {
  readonly inputs: Matrix;
  readonly targets: Matrix;
  readonly groups?: number;
  readonly offsets?: Matrix;
  readonly rectifier?: Rectifier;
}

/** A problem that starts from weights of zero and keeps every fifth row for itself. */
function problem({ inputs, targets, groups = 1, offsets, rectifier }: Asked): LayerProblem {
  return {
    inputs: new CentredRows({ ...inputs, values: inputs.values.slice() }),
    grouping: { groups, columns: inputs.columns / groups, outputs: targets.columns },
    targets,
    offsets,
    rectifier,
    fitRows: Math.round(0.8 * targets.rows),
    weights: new Float64Array((targets.columns * inputs.columns) / groups),
    bias: new Float64Array(targets.columns),
  };
}

const RELU: Rectifier = { low: 0, high: Number.POSITIVE_INFINITY };

const solved = async (system: RidgeSystem, targets: Matrix) => system.solve(await system.project(targets));

describe('ridge system', () => {
  it('solves one column by hand: 28 / (14 + ridge)', async () => {
    const system = await RidgeSystem.of({ rows: 3, columns: 1, values: Float32Array.from([1, 2, 3]) }, products);
    expect(system.scale).toBeCloseTo(14, 12);
    expect(await system.factor(1)).toBe(true);
    const [change] = await solved(system, { rows: 3, columns: 1, values: Float32Array.from([2, 4, 6]) });
    expect(change).toBeCloseTo(28 / (14 + 14), 12);
  });

  it('gives with fewer rows than columns what the system of columns gives', async () => {
    const wide = random(20, 50, 1);
    const targets = random(20, 3, 2);
    const system = await RidgeSystem.of(wide, products);
    await system.factor(0.1);
    const found = await solved(system, targets);
    // With the ridge as additional rows there are more rows than columns.
    const ridge = Math.sqrt(0.1 * system.scale);
    const rows = 20 + 50;
    const values = new Float32Array(rows * 50);
    values.set(wide.values);
    for (let column = 0; column < 50; column++) values[(20 + column) * 50 + column] = ridge;
    const tall = await RidgeSystem.of({ rows, columns: 50, values }, products);
    await tall.factor(1e-12);
    const padded = new Float32Array(rows * 3);
    padded.set(targets.values);
    const expected = await solved(tall, { rows, columns: 3, values: padded });
    for (const [index, value] of found.entries()) expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 4);
  });

  it('has no solution where nothing varies or something is not a number', async () => {
    const none = await RidgeSystem.of({ rows: 4, columns: 2, values: new Float32Array(8) }, products);
    expect(await none.factor(0.1)).toBe(false);
    const broken = random(4, 2, 3);
    broken.values[3] = Number.NaN;
    expect(await (await RidgeSystem.of(broken, products)).factor(0.1)).toBe(false);
  });
});

describe('fitting a layer', () => {
  const weights = randomValues(3 * 6, 7);
  const bias = [1, -2, 0.5];

  it('finds the weights and bias that made the targets', async () => {
    const inputs = random(400, 6, 5);
    const fit = await fitLayer(problem({ inputs, targets: applied(inputs, weights, bias) }), products);
    expect(fit?.errorAfter).toBeLessThan(1e-6);
    expect(fit?.errorBefore).toBeGreaterThan(1);
    for (const [index, value] of (fit?.weights ?? []).entries()) expect(value).toBeCloseTo(weights[index] ?? 0, 3);
    for (const [index, value] of (fit?.bias ?? []).entries()) expect(value).toBeCloseTo(bias[index] ?? 0, 3);
  });

  it('fits each group to its own inputs', async () => {
    const inputs = random(400, 6, 5);
    const own = randomValues(2 * 3, 9);
    const [first, second] = columnBlocks(inputs, 2);
    if (first === undefined || second === undefined) throw new Error('two blocks');
    const left = applied(first, own.slice(0, 3), [1]);
    const right = applied(second, own.slice(3), [2]);
    const values = Float32Array.from({ length: 800 }, (_, at) => (at % 2 ? right : left).values[at >> 1] ?? 0);
    const fit = await fitLayer(problem({ inputs, targets: { rows: 400, columns: 2, values }, groups: 2 }), products);
    expect(fit?.errorAfter).toBeLessThan(1e-6);
    for (const [index, value] of (fit?.weights ?? []).entries()) expect(value).toBeCloseTo(own[index] ?? 0, 3);
  });

  it('does not follow noise: held-out rows ask for a stronger ridge', async () => {
    const inputs = random(60, 40, 11);
    const noise = random(60, 1, 13, 10);
    const signalOf = applied(inputs, randomValues(40, 17), [0]);
    const noisy = { ...signalOf, values: signalOf.values.map((value, at) => value + (noise.values[at] ?? 0)) };
    const clean = await fitLayer(problem({ inputs, targets: signalOf }), products);
    const disturbed = await fitLayer(problem({ inputs, targets: noisy }), products);
    expect(disturbed?.ridge).toBeGreaterThan(clean?.ridge ?? Number.NaN);
  });

  it('leaves out what the activation function hides', async () => {
    const inputs = random(1000, 6, 19);
    const seen = applied(inputs, weights, [0, 0, 0]);
    const hidden = random(1000, 3, 23, 5);
    // Where the target is negative, it says nothing but that.
    const values = seen.values.map((value, at) => (value > 0 ? value : -Math.abs(hidden.values[at] ?? 0)));
    const targets = { ...seen, values };
    const plain = problem({ inputs, targets });
    const linear = await fitLayer(plain, products);
    const rectified = await fitLayer(problem({ inputs, targets, rectifier: RELU }), products);
    const behind = { ...plain, rectifier: RELU };
    const lossWith = (fit: typeof linear) =>
      lossOf(behind, applied(inputs, fit?.weights ?? [], [...(fit?.bias ?? [])]), { first: 0, end: 1000 });
    expect(lossWith(rectified)).toBeLessThan(0.6 * lossWith(linear));
  });

  it('judges a sum behind its activation function by the sum', () => {
    const targets = { rows: 1, columns: 2, values: Float32Array.from([-3, 1]) };
    const offsets = { rows: 1, columns: 2, values: Float32Array.from([4, -5]) };
    const predicted = { rows: 1, columns: 2, values: Float32Array.from([-1, 3]) };
    const asked = problem({ inputs: random(1, 1, 1), targets, offsets, rectifier: RELU });
    // Sums: wanted 1 and -4, predicted 3 and -2; behind Relu 1, 0 and 3, 0.
    expect(lossOf(asked, predicted, { first: 0, end: 1 })).toBe(4);
    expect([...easedTargets(asked, predicted).values]).toEqual([-3, 3]);
  });

  it('aims at the border where the target lies beyond it and the prediction does not', () => {
    const targets = { rows: 1, columns: 3, values: Float32Array.from([-3, 8, 8]) };
    const predicted = { rows: 1, columns: 3, values: Float32Array.from([2, 5, 7]) };
    const asked = problem({ inputs: random(1, 1, 1), targets, rectifier: { low: 0, high: 6 } });
    expect([...easedTargets(asked, predicted).values]).toEqual([0, 6, 7]);
  });

  it('has nothing to fit where the targets are constant', async () => {
    const inputs = random(50, 4, 29);
    const targets = { rows: 50, columns: 1, values: new Float32Array(50).fill(3) };
    expect(await fitLayer(problem({ inputs, targets }), products)).toBeUndefined();
  });
});
