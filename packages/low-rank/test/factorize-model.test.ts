import { afterAll, describe, expect, it } from '@jest/globals';
import { seededRandom } from '@onnx-compress/core';
import { float32Tensor, type Model, modelBytes, readFloats, type Tensor } from '@onnx-compress/graph';
import { buildModel, randomFloats, relativeError, runModel, samplesOf } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { factorized } from './support/factorized.js';
import { product, randomMatrix } from './support/random-factors.js';

afterAll(closeHost);

/** A weight [inputs, outputs] of a rank, plus noise. */
function weightOf(inputs: number, outputs: number, rank: number, noise = 0): Tensor {
  const random = seededRandom(3, `weight ${inputs} ${outputs} ${rank}`);
  const { values } = product(randomMatrix(inputs, rank, random), randomMatrix(rank, outputs, random));
  return float32Tensor(
    [inputs, outputs],
    values.map((value) => value + noise * random.normal()),
  );
}

/** Two products with a Relu between them. */
function twoLayers(first: Tensor, second: Tensor): Model {
  return buildModel({
    inputs: { x: ['float32', ['N', first.dims[0] ?? 0]] },
    outputs: { y: ['float32', ['N', second.dims[1] ?? 0]] },
    weights: { first, second },
    nodes: [
      { opType: 'MatMul', name: '/first', inputs: ['x', 'first'], outputs: ['hidden'] },
      { opType: 'Relu', name: '/relu', inputs: ['hidden'], outputs: ['positive'] },
      { opType: 'MatMul', name: '/second', inputs: ['positive', 'second'], outputs: ['y'] },
    ],
  });
}

const exactRank = () => twoLayers(weightOf(96, 80, 16), weightOf(80, 64, 16));
const fullRank = () => twoLayers(weightOf(96, 80, 16, 1), weightOf(80, 64, 16, 1));

/** Inputs that lie in few dimensions of the many. */
function flatInputs(count: number, dimensions: number, seed: number): Tensor {
  const random = seededRandom(7, 'directions');
  const directions = randomMatrix(dimensions, 96, random);
  return float32Tensor(
    [count, 96],
    product(randomMatrix(count, dimensions, seededRandom(seed, 'x')), directions).values,
  );
}

const samples = (dimensions: number) =>
  samplesOf(
    'x',
    Array.from({ length: 16 }, (_, index) => flatInputs(16, dimensions, index)),
  );

async function outputOf(model: Model, x: Tensor): Promise<Float32Array> {
  const y = (await runModel(model, { x })).get('y');
  return y === undefined ? new Float32Array() : readFloats(y);
}

async function errorOf(original: Model, changed: Model, x: Tensor): Promise<number> {
  return relativeError(await outputOf(changed, x), await outputOf(original, x));
}

describe('a factored model', () => {
  it('computes the same where its weights have no more than the rank', async () => {
    const original = exactRank();
    const { model, changed, metrics } = await factorized(original, 'svd:energy=0.99999');
    expect(changed).toMatchObject([
      { node: '/first', rank: 16, parametersBefore: 96 * 80, parametersAfter: 16 * (96 + 80) },
      { node: '/second', rank: 16, parametersBefore: 80 * 64, parametersAfter: 16 * (80 + 64) },
    ]);
    expect(metrics).toMatchObject({ layers: 2, factored: 2 });
    expect(await errorOf(original, model, randomFloats([4, 96], 1))).toBeLessThan(1e-4);
  });

  it('has layers named after what they are, the last of which keeps the name and the output', async () => {
    const { model } = await factorized(exactRank(), 'svd:rank=16');
    expect(model.graph.nodes.map(({ name }) => name)).toEqual([
      '/first/rank16',
      '/first',
      '/relu',
      '/second/rank16',
      '/second',
    ]);
    expect([...model.weights()].map(({ name }) => name).sort()).toEqual([
      'first_left',
      'first_right',
      'second_left',
      'second_right',
    ]);
  });

  it('keeps the part of the parameters that is asked for, and says what it reached', async () => {
    const { metrics, warnings } = await factorized(fullRank(), 'svd:keep-params=0.6');
    expect(Number(metrics.achievedKeepLayerParams)).toBeLessThanOrEqual(0.6);
    expect(Number(metrics.achievedKeepLayerParams)).toBeGreaterThan(0.4);
    expect(metrics.requestedKeepLayerParams).toBe(0.6);
    expect(warnings).toEqual([]);
  });

  it('is the same file for the same seed', async () => {
    const bytes = async () => modelBytes((await factorized(fullRank(), 'svd:keep-macs=0.5', samples(24))).model);
    expect(await bytes()).toEqual(await bytes());
  });
});

describe('in the metric of the data', () => {
  it('what the inputs never hold costs no rank', async () => {
    const original = fullRank();
    const x = flatInputs(32, 8, 99);
    const byData = await factorized(original, 'svd:rank=16,recover=off', samples(8));
    const byWeights = await factorized(original, 'svd:rank=16,recover=off,metric=weights', samples(8));
    const first = (node: string, changed: typeof byData.changed) => changed.find((change) => change.node === node);
    expect(Number(first('/first', byData.changed)?.energyKept)).toBeGreaterThan(0.99);
    expect(await errorOf(original, byData.model, x)).toBeLessThan(0.7 * (await errorOf(original, byWeights.model, x)));
  });

  it('the repair makes up for much of what the metric of the weights costs, and tells of each layer', async () => {
    const original = fullRank();
    const x = flatInputs(32, 20, 99);
    const plain = await factorized(original, 'svd:rank=16,metric=weights,recover=off', samples(20));
    const repaired = await factorized(original, 'svd:rank=16,metric=weights', samples(20));
    expect(await errorOf(original, repaired.model, x)).toBeLessThan(0.9 * (await errorOf(original, plain.model, x)));
    for (const { errorBefore, errorAfter } of repaired.changed)
      expect(Number(errorAfter)).toBeLessThan(Number(errorBefore));
  });

  it('a budget is taken where it adds least noise to the outputs', async () => {
    const original = buildModel({
      inputs: { x: ['float32', ['N', 96]] },
      outputs: { y: ['float32', ['N', 64]] },
      weights: { loud: weightOf(96, 64, 16, 1), quiet: weightOf(96, 64, 16, 1), hundredth: float32Tensor([], [0.01]) },
      nodes: [
        { opType: 'MatMul', name: '/loud', inputs: ['x', 'loud'], outputs: ['first'] },
        { opType: 'MatMul', name: '/quiet', inputs: ['x', 'quiet'], outputs: ['second'] },
        { opType: 'Mul', name: '/scale', inputs: ['second', 'hundredth'], outputs: ['scaled'] },
        { opType: 'Add', name: '/sum', inputs: ['first', 'scaled'], outputs: ['y'] },
      ],
    });
    const nodes = async (calibration?: ReturnType<typeof samples>) =>
      (await factorized(original, 'svd:keep-params=0.7', calibration)).changed.map(({ node }) => node);
    expect(await nodes()).toEqual(['/loud', '/quiet']);
    expect(await nodes(samples(96))).toEqual(['/quiet']);
  });

  it('biases take over the means of what is gone', async () => {
    const original = twoLayers(weightOf(96, 80, 16, 1), weightOf(80, 64, 16, 1));
    const shifted = (count: number, seed: number) => {
      const random = seededRandom(seed, 'shifted');
      return float32Tensor(
        [count, 96],
        Float32Array.from({ length: count * 96 }, () => 20 + random.normal()),
      );
    };
    const calibration = samplesOf(
      'x',
      [1, 2, 3, 4].map((seed) => shifted(64, seed)),
    );
    const { model } = await factorized(original, 'svd:rank=16,recover=off@/first', calibration);
    const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const x = shifted(64, 9);
    const [before, after] = [await outputOf(original, x), await outputOf(model, x)];
    expect(Math.abs(mean(after) / mean(before) - 1)).toBeLessThan(0.01);
  });
});

describe('auto', () => {
  it('keeps the cosine of the outputs on the samples', async () => {
    const original = fullRank();
    const { model, changed } = await factorized(original, 'svd,auto,min-cosine=0.97', samples(96));
    expect(changed.length).toBeGreaterThan(0);
    const x = flatInputs(64, 96, 5);
    const [before, after] = [await outputOf(original, x), await outputOf(model, x)];
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
    expect(dot(before, after) / Math.sqrt(dot(before, before) * dot(after, after))).toBeGreaterThan(0.965);
  });

  it('leaves everything dense where nothing is close enough', async () => {
    const noise = twoLayers(randomFloats([96, 80], 1), randomFloats([80, 64], 2));
    const { changed, skipped } = await factorized(noise, 'svd,auto,min-cosine=0.9999', samples(96));
    expect(changed).toEqual([]);
    expect(skipped.map(({ node }) => node)).toEqual(['/first', '/second']);
  });

  it('needs samples', async () => {
    await expect(factorized(fullRank(), 'svd,auto')).rejects.toThrow(/needs sample inputs/);
    await expect(factorized(fullRank(), 'svd:rank=16,metric=data')).rejects.toThrow(/needs sample inputs/);
  });
});

describe('layers stay dense with a reason', () => {
  it.each([
    ['rank=70', /rank 70 is not 10 % cheaper here: at most \d+ is/],
    ['energy=1', /no rank that is at least 10 % cheaper keeps 1 of its energy/],
  ])('where %s asks for too much', async (option, reason) => {
    const { model, changed, skipped } = await factorized(fullRank(), `svd:${option}`);
    expect(changed).toEqual([]);
    for (const skip of skipped) expect(skip.reason).toMatch(reason);
    expect(model.graph.nodes).toHaveLength(3);
  });

  it('where a weight is not finite, and the others are factored all the same', async () => {
    const broken = weightOf(96, 80, 16);
    const values = await readFloats(broken);
    const original = twoLayers(
      float32Tensor(
        [96, 80],
        values.map((value, index) => (index === 5 ? Number.NaN : value)),
      ),
      weightOf(80, 64, 16),
    );
    for (const spec of ['svd:rank=16', 'svd:energy=0.9']) {
      const { changed, skipped } = await factorized(original, spec);
      expect(changed).toMatchObject([{ node: '/second' }]);
      expect(skipped).toEqual([{ node: '/first', reason: 'its weight "first" holds a number that is not finite' }]);
    }
  });

  it('where samples never vary, weights alone count', async () => {
    const constant = samplesOf('x', [float32Tensor([8, 96], new Float32Array(8 * 96))]);
    const { changed } = await factorized(exactRank(), 'svd:energy=0.999', constant);
    expect(changed).toMatchObject([
      { node: '/first', rank: 16 },
      { node: '/second', rank: 16 },
    ]);
  });
});
