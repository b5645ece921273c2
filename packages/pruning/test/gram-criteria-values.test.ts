import { afterAll, describe, expect, it } from '@jest/globals';
import { StepError } from '@onnx-compress/core';
import { float32Tensor, type Model, present } from '@onnx-compress/graph';
import { inputGrams, linearLayer, readWeightMatrix } from '@onnx-compress/recovery';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import type { Criterion } from '../src/criteria/criterion.js';
import { lassoStrengths } from '../src/criteria/lasso.js';
import { lossesAlone } from '../src/criteria/obd.js';
import { eliminationCosts } from '../src/criteria/obs.js';
import { filterVariances } from '../src/criteria/reduce-and-reuse.js';
import { greedyCosts } from '../src/criteria/thinet.js';
import { columnsByUnit } from '../src/grams/columns-by-unit.js';
import { scoresInOrder } from '../src/grams/scores-in-order.js';
import { errorWithout } from './error-without.js';
import { firstScores, judge, node, samplesOfX, singleInput } from './sampled.js';
import { scoringContext } from './scored-groups.js';

afterAll(closeHost);

/** `x` of [N, channels] through weights that change nothing into one output. */
function oneOutput(weights: readonly number[]): Model {
  const channels = weights.length;
  const identity = Array.from({ length: channels ** 2 }, (_, index) => (index % (channels + 1) === 0 ? 1 : 0));
  return buildModel({
    inputs: { x: ['float32', ['N', channels]] },
    outputs: ['y'],
    weights: { w: float32Tensor([channels, channels], identity), v: float32Tensor([channels, 1], weights) },
    nodes: [node('MatMul', ['x', 'w'], 'h'), node('Gemm', ['h', 'v'], 'y')],
  });
}

const orderOf = (scores: readonly number[]) =>
  [...scores.keys()].sort((one, other) => (scores[one] ?? 0) - (scores[other] ?? 0));

/** Products of the two channels, each about its mean of 5: 8, 4, 4; with weights 1 and 3, contributions 8, 12, 36. */
const two = samplesOfX(
  [1, 2],
  [
    [7, 6],
    [3, 4],
    [5, 6],
    [5, 4],
  ],
);
const ENERGY = 8 + 2 * 12 + 36;

describe('two channels worked out by hand', () => {
  // Mean of the diagonal 6, so that the ridge is 0.06.
  const [first, second, both] = [8.06, 4.06, 4];
  const weight = 3 + both / second;
  it.each([
    ['obd', lossesAlone, [4 / ENERGY, 18 / ENERGY]],
    ['obs', eliminationCosts(0), [(first - both ** 2 / second) / ENERGY, (weight ** 2 * second) / ENERGY]],
    ['thinet', greedyCosts, [8 / ENERGY, (36 + 24) / ENERGY]],
    // Norms of the samples: 7, 3, 5, 5 and 6, 4, 6, 4.
    ['reduce-and-reuse', filterVariances, [2, 1]],
  ])('%s', async (_, criterion, expected) => {
    const scores = await firstScores(criterion, oneOutput([1, 3]), two);
    expect(scores).toEqual(expected.map((score) => expect.closeTo(score, 5)));
  });
});

describe('lasso', () => {
  it('finds the strengths worked out by hand, as closely as it tries them', async () => {
    // The products with the output are 20 and 48. Below 48 the second has the factor (48 - lambda) / 36, which leaves
    // 20 - 12 * (48 - lambda) / 36 of the first; that is lambda at 6.
    const [first = 0, second = 0] = await firstScores(lassoStrengths, oneOutput([1, 3]), two);
    expect(first * ENERGY).toBeGreaterThan(6 * 0.9);
    expect(first * ENERGY).toBeLessThan(6 / 0.9);
    expect(second * ENERGY).toBeCloseTo(48, 3);
  });
});

describe('three channels, of which the first and the last hold the same', () => {
  const rows = [
    [4, 1, 4],
    [-4, 1, -4],
    [3, -1, 3],
    [-3, -1, -3],
  ];
  const orderBy = async (criterion: Criterion, weights: readonly number[]) =>
    orderOf(await firstScores(criterion, oneOutput(weights), samplesOfX([1, 3], rows)));

  it('obs lets one of them go first, since the other takes over, and then keeps it longest', async () => {
    expect(await orderBy(eliminationCosts(0), [1, 1, 1.1])).toEqual([0, 1, 2]);
  });

  it('lasso keeps the one of them that is weighed more, which stands for both', async () => {
    expect((await orderBy(lassoStrengths, [1, 1, 1.1])).at(-1)).toBe(2);
  });

  it('obd takes each for important by itself', async () => {
    expect(await orderBy(lossesAlone, [1, 1, 1.1])).toEqual([1, 0, 2]);
  });

  it('thinet lets both go first where their sum cancels', async () => {
    expect((await orderBy(greedyCosts, [1, 1, -1.01])).at(0)).toBe(1);
    expect((await orderBy(greedyCosts, [0.25, 1, -0.26])).slice(0, 2).sort()).toEqual([0, 2]);
  });
});

describe('obs', () => {
  const CHANNELS = 5;
  const model = buildModel({
    inputs: { x: ['float32', ['N', 2, 6, 6]] },
    outputs: ['y', 'z'],
    weights: {
      w: randomFloats([CHANNELS, 2, 1, 1], 1),
      b: randomFloats([CHANNELS], 2),
      v: randomFloats([3, CHANNELS, 3, 3], 3),
      u: randomFloats([2, CHANNELS, 1, 1], 4),
    },
    nodes: [
      node('Conv', ['x', 'w', 'b'], 'h'),
      node('Relu', ['h'], 'r'),
      node('Conv', ['r', 'v'], 'y'),
      node('Conv', ['r', 'u'], 'z'),
    ],
  });
  const samples = singleInput(Array.from({ length: 6 }, (_, index) => randomFloats([1, 2, 6, 6], 20 + index)));

  /** The least error of all outputs without some channels, each layer's as a part of the energy of its output. */
  async function errors(): Promise<(gone: readonly number[]) => number> {
    const layers = ['y', 'z'].map((name) =>
      present(linearLayer(present(model.graph.value(name)?.producer, name)), name),
    );
    const parts: ((gone: readonly number[]) => number)[] = [];
    const sampling = { ...scoringContext(0, model), calibration: samples };
    await inputGrams(model, layers, sampling, async (layer, grams) => {
      const weights = await readWeightMatrix(layer);
      parts.push(errorWithout(present(grams[0], 'gram'), weights, layer.columns / CHANNELS));
    });
    return (gone) => parts.reduce((sum, part) => sum + part(gone), 0);
  }

  it('removes the best single channel at each step, by what the error grows with all other weights found anew', async () => {
    const scores = await firstScores(eliminationCosts(0), model, samples);
    const error = await errors();
    const order = orderOf(scores);
    for (const [step, unit] of order.entries()) {
      const gone = order.slice(0, step);
      const growth = order.slice(step).map((other) => error([...gone, other]) - error(gone));
      expect(growth[0]).toBeCloseTo(Math.min(...growth), 8);
      expect(scores[unit]).toBeCloseTo(Math.max(growth[0] ?? 0, scores[gone.at(-1) ?? unit] ?? 0), 6);
    }
  });

  it('stops where nothing more may go, and ranks what is left above', async () => {
    const all = orderOf(await firstScores(eliminationCosts(0), model, samples));
    const some = orderOf(await firstScores(eliminationCosts(0.6), model, samples));
    expect(some.slice(0, 2)).toEqual(all.slice(0, 2));
    expect(some).toHaveLength(CHANNELS);
  });
});

describe('what cannot be judged', () => {
  const criteria: readonly (readonly [string, Criterion])[] = [
    ['obd', lossesAlone],
    ['obs', eliminationCosts(0)],
    ['lasso', lassoStrengths],
    ['thinet', greedyCosts],
    ['reduce-and-reuse', filterVariances],
  ];

  it.each(criteria)('is the same on all samples: %s', async (_, criterion) => {
    const [scores] = await judge(criterion, oneOutput([1, 3]), samplesOfX([1, 2], [[1, 2]]));
    expect(scores).toEqual({ kind: 'unscored', reason: 'its channels do not vary over the samples' });
  });

  it.each(criteria)('holds NaN: %s', async (_, criterion) => {
    const scores = judge(
      criterion,
      oneOutput([1, 3]),
      samplesOfX(
        [1, 2],
        [
          [1, 2],
          [Number.NaN, 0],
        ],
      ),
    );
    await expect(scores).rejects.toThrow(StepError);
    await expect(scores).rejects.toMatchObject({ code: 'ACTIVATION_NOT_FINITE', tensor: 'h' });
    await expect(scores).rejects.toThrow('channel 0');
  });

  it('is multiplied by a weight that holds NaN', async () => {
    const scores = judge(lossesAlone, oneOutput([1, Number.NaN]), two);
    await expect(scores).rejects.toMatchObject({ code: 'SCORE_NOT_FINITE', node: 'y', tensor: 'v' });
  });

  it.each(criteria)('has no samples: %s', async (_, criterion) => {
    const scores = judge(criterion, oneOutput([1, 3]), samplesOfX([1, 2], []));
    await expect(scores).rejects.toMatchObject({ code: 'SAMPLES_MISSING' });
  });
});

describe('reduce-and-reuse', () => {
  it('does not count the bias of a filter', async () => {
    const model = (bias: readonly number[]) =>
      buildModel({
        inputs: { x: ['float32', ['N', 2]] },
        outputs: ['y'],
        weights: {
          w: float32Tensor([2, 2], [1, 0, 0, 1]),
          b: float32Tensor([2], bias),
          v: float32Tensor([2, 1], [1, 3]),
        },
        nodes: [node('Gemm', ['x', 'w', 'b'], 'h', { beta: { float: 2 } }), node('MatMul', ['h', 'v'], 'y')],
      });
    const without = await firstScores(filterVariances, model([0, 0]), two);
    expect(without).toEqual([expect.closeTo(2, 5), expect.closeTo(1, 5)]);
    expect(await firstScores(filterVariances, model([-6, 30]), two)).toEqual(
      without.map((score) => expect.closeTo(score, 4)),
    );
  });
});

describe('scores in an order', () => {
  it('are the costs, raised so that they rise', () => {
    const scores = scoresInOrder([2, 0, 3, 1], [5, 3, 3, 7]);
    expect(orderOf([...scores])).toEqual([2, 0, 3, 1]);
    expect([...scores]).toEqual([expect.closeTo(5, 6), 7, 5, expect.closeTo(5, 6)]);
  });

  it('tell units apart that cost nothing', () => {
    expect(orderOf([...scoresInOrder([1, 2, 0], [0, 0, 0])])).toEqual([1, 2, 0]);
  });
});

describe('columns by unit', () => {
  it('lie side by side in their order, without those of no unit', () => {
    const { columns, starts } = columnsByUnit(Int32Array.of(1, 1, -1, 0, 2, 0), 3);
    expect([...columns]).toEqual([3, 5, 0, 1, 4]);
    expect([...starts]).toEqual([0, 2, 4, 5]);
  });
});
