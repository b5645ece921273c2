import { afterAll, describe, expect, it } from '@jest/globals';
import { type Calibration, CancelledError, type Context, type StepResult } from '@onnx-compress/core';
import { float32Tensor, type Model, type Node, present, readFloats } from '@onnx-compress/graph';
import { type Replacement, readWeightMatrix } from '@onnx-compress/recovery';
import { randomFloats, randomValues, relativeError, runModel } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import fc from 'fast-check';
import type { z } from 'zod';
import { allocationOf } from '../src/allocation/measured-allocation.js';
import { columnsOf, type Site, sitesOf } from '../src/allocation/site.js';
import { variantOf } from '../src/allocation/variant.js';
import { findPrunable } from '../src/analysis/prunable.js';
import { structuredOptions } from '../src/criteria/options.js';
import { weightNorm } from '../src/criteria/weight-norm.js';
import { scoreGroups } from '../src/selection/score-groups.js';
import type { Cut } from '../src/selection/shrinking-group.js';
import { structuredPruning } from '../src/structured-pruning.js';
import { prunedCopy } from '../src/surgery/pruned-copy.js';
import { Net } from './net.js';
import { optionsWith, randomFeeds, testContext } from './pruning-context.js';
import { randomNet } from './random-net.js';
import { singleInput } from './sampled.js';

afterAll(closeHost);

const all = { include: [], skip: [] };
const l1 = weightNorm(1);

const images = (count: number, channels = 3): Calibration =>
  singleInput(Array.from({ length: count }, (_, index) => randomFloats([1, channels, 6, 6], index + 1)));

type Given = z.input<typeof structuredOptions>;

async function pruned(original: Model, given: Given, context: Partial<Context>) {
  const model = original.clone();
  const options = optionsWith(given);
  const result = await structuredPruning('l1', l1, options, all).run(model, { ...testContext(), ...context });
  return { model, result };
}

/** How many outputs the convolution has that made this many before. */
const width = ({ changed }: StepResult, before: number): number => {
  const change = changed.find(({ sizeBefore, axis }) => sizeBefore === before && axis === 0);
  return Number(change?.sizeAfter ?? before);
};

/** Groups of a model with what was measured of them. */
async function measured(model: Model, calibration: Calibration, given: Given = { keepMacs: 0.5 }) {
  const options = optionsWith({ round: 1, ...given });
  const context = { ...testContext(), calibration };
  const prunable = await findPrunable(model, all, context, options);
  const { scored } = await scoreGroups(model, prunable, l1, context);
  const find = (of: Model) => findPrunable(of, all, context, options);
  const allocation = await allocationOf({ model, options, find, context });
  return { prunable, scored: await allocation.measure(model, prunable, scored, context), options, find };
}

/** Random rows of the same norm, the second half of which are copies of the first, a little smaller. */
function doubled(rows: number, columns: number): readonly number[] {
  const half = Array.from({ length: rows / 2 }, (_, row) => {
    const values = [...randomValues(columns, row + 1)];
    const norm = values.reduce((sum, value) => sum + Math.abs(value), 0);
    return values.map((value) => (8 * value) / norm);
  });
  return [...half, ...half.map((row) => row.map((value) => 0.95 * value))].flat();
}

/** A layer of 20 channels that are 10 and their copies, with large weights, and a layer of 24 that are all needed. */
function freeAndVital(): Model {
  const net = new Net(3, 17, 1);
  const free = net.constant(float32Tensor([20, 3, 1, 1], doubled(20, 3)));
  const copies = net.unary('Relu', net.op('Conv', ['x', free], 20));
  const middle = net.op('Conv', [copies, net.weight([24, 20, 1, 1])], 24);
  return net.build(net.op('Conv', [net.unary('Relu', middle), net.weight([24, 24, 1, 1])], 24));
}

describe('an allocation by measured damage', () => {
  it('takes from a layer whose channels are copies, though scores see nothing of it', async () => {
    const calibration = images(30);
    const given: Given = { keepMacs: 0.81, round: 1 };
    const { result } = await pruned(freeAndVital(), given, { calibration });
    const byScores = await pruned(freeAndVital(), { ...given, allocation: 'scores' }, { calibration });
    expect([width(result, 20), width(result, 24)]).toEqual([12, 24]);
    expect(width(byScores.result, 24)).toBeLessThan(24);
    expect(result.metrics.forecastDamage).toBeLessThan(0.01);
    expect(byScores.result.metrics.forecastDamage).toBeUndefined();
  });

  it('counts with the repair that will follow', async () => {
    const calibration = images(30);
    const forecast = async (recover: Given['recover']) => {
      const { result } = await pruned(freeAndVital(), { keepMacs: 0.81, round: 1, recover }, { calibration });
      return Number(result.metrics.forecastDamage);
    };
    expect(await forecast('mean')).toBeGreaterThan(10 * (await forecast('least-squares')));
  });

  it('is not deceived by a layer with more inputs than samples', async () => {
    const net = new Net(2, 17, 1);
    const flat = net.op('Flatten', [net.unary('Relu', net.conv('x', 16, { kernel: 3 }))], 576);
    const model = net.build(net.op('Gemm', [flat, net.weight([576, 4])], 4));
    const { scored } = await measured(model, images(40, 2));
    const [, [kept, damage] = []] = [...present(scored[0]?.damage, 'curve')];
    expect(kept).toBe(13);
    expect(damage).toBeGreaterThan(0.01);
    expect(present(scored[0]?.damage?.at(-1), 'point')[1]).toBeGreaterThan(0.2);
  });

  it('cuts for real what no weight of a layer behind mutes', async () => {
    const net = new Net(3, 17, 1);
    const made = net.conv('x', 8);
    const pooled = net.op('MaxPool', [net.unary('Relu', made)], 8, { kernel_shape: { ints: [1, 1] } });
    const weight = net.op('Mul', [net.weight([4, 8, 1, 1]), net.constant(float32Tensor([1], [0.5]))], 4);
    const { scored } = await measured(net.build(net.op('Conv', [pooled, weight], 4)), images(20));
    const points = scored.map(({ damage }) => damage?.map(([, value]) => value) ?? []);
    for (const own of points) {
      expect(own.length).toBeGreaterThan(1);
      expect(own.at(-1)).toBeGreaterThan(0.05);
    }
    expect(points.length).toBe(1);
  });

  it('is the same each time, counts on to its end, and draws its curves where they are shown', async () => {
    const calibration = images(20);
    const progress: (readonly [number, number])[] = [];
    const run = async () => {
      const context = { ...testContext([], progress), calibration, drawsFigures: true };
      return (await pruned(freeAndVital(), { keepMacs: 0.6, round: 1 }, context)).result;
    };
    const first = await run();
    expect(await run()).toEqual(first);
    const [, total] = present(progress[0], 'progress');
    expect(progress.every(([done, of]) => of === total && done <= total)).toBe(true);
    expect(progress.at(-1)?.[0]).toBeCloseTo(total, 9);
    const figure = first.figures?.find(({ kind }) => kind === 'lines');
    expect(figure?.kind === 'lines' && figure.series.map(({ points }) => points[0])).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });

  it('works in rounds, each measured on what the last has left', async () => {
    const { result } = await pruned(
      freeAndVital(),
      { keepMacs: 0.81, round: 1, steps: 2 },
      { calibration: images(30) },
    );
    expect(result.metrics.achievedKeepMacs).toBeLessThanOrEqual(0.81);
    expect([width(result, 20), width(result, 24)]).toEqual([12, 24]);
  });

  it('stops between two models when cancelled', async () => {
    const abort = new AbortController();
    const stop: Context['progress'] = (_done, _total, label) => {
      if (label?.startsWith('damage: Conv')) abort.abort();
    };
    const context = { signal: abort.signal, progress: stop, calibration: images(20) };
    await expect(pruned(freeAndVital(), { keepMacs: 0.6 }, context)).rejects.toThrow(CancelledError);
  });
});

describe('allocation=measured', () => {
  it('wants samples, and outputs to measure', async () => {
    const given: Given = { keepMacs: 0.6, allocation: 'measured' };
    await expect(pruned(freeAndVital(), given, { calibration: images(7) })).rejects.toMatchObject({
      code: 'SAMPLES_MISSING',
      message: 'allocation=measured needs at least 8 samples, not 7',
    });
    await expect(pruned(freeAndVital(), given, {})).rejects.toMatchObject({ code: 'SAMPLES_MISSING' });
    const net = new Net(3, 17, 1);
    const model = net.build(net.op('ArgMax', [net.conv(net.conv('x', 8), 4)], 1, { axis: { int: 1 } }));
    await expect(pruned(model, given, { calibration: images(8) })).rejects.toMatchObject({
      code: 'OUTPUTS_NOT_MEASURED',
    });
    const { result } = await pruned(model, { keepMacs: 0.6 }, { calibration: images(8) });
    expect(result.metrics.forecastDamage).toBeUndefined();
  });

  it('is refused without a budget, and with a scope in which it decides nothing', () => {
    const parse = (given: Given) => structuredOptions.safeParse(given).success;
    expect(parse({ ratio: 0.5, allocation: 'measured' })).toBe(false);
    expect(parse({ keepMacs: 0.5, scope: 'layer', allocation: 'measured' })).toBe(false);
    expect(parse({ keepMacs: 0.5, allocation: 'measured' })).toBe(true);
  });
});

/** The model with the weights of what goes at 0 in the layers behind. */
async function muted(model: Model, site: Site, cut: Cut): Promise<Model> {
  const replacements = new Map<Node, Replacement>();
  for (const consumer of site.consumers ?? []) {
    const { layer } = consumer;
    const gone = columnsOf(site, consumer, cut);
    const weights = (await readWeightMatrix(layer)).map((value, at) => (gone.has(at % layer.columns) ? 0 : value));
    replacements.set(layer.node, { weights, shift: new Float64Array(layer.outputs) });
  }
  return variantOf(model, replacements);
}

/** How far the outputs of two models are apart at most. */
async function distance(first: Model, second: Model): Promise<number> {
  const feeds = randomFeeds(first);
  const [one, other] = [await runModel(first, feeds), await runModel(second, feeds)];
  const errors = Array.from(one, async ([name, tensor]) =>
    relativeError(await readFloats(tensor), await readFloats(present(other.get(name), name))),
  );
  return Math.max(...(await Promise.all(errors)));
}

describe('a model whose layers do not read some channels', () => {
  it('computes what it computes without them', async () => {
    const numbers = fc.array(fc.nat(1000), { minLength: 30, maxLength: 60 });
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(numbers, async (choices) => {
        const model = randomNet(choices);
        const options = optionsWith({ keepMacs: 0.5, round: 1, constants: 'zero' });
        const context = testContext();
        const prunable = await findPrunable(model, all, context, options);
        const { scored } = await scoreGroups(model, prunable, l1, context);
        const find = (of: Model) => findPrunable(of, all, context, options);
        for (const site of sitesOf(prunable, scored, options)) {
          if (site.consumers === undefined) continue;
          const cut = present(site.cuts.at(-1), 'cut');
          const decision = { group: site.scored.group, units: cut.units, reason: undefined };
          const copy = await prunedCopy(model, [decision], find);
          expect(await distance(await muted(model, site, cut), copy)).toBeLessThanOrEqual(1e-4);
          compared++;
        }
      }),
      { numRuns: 15 },
    );
    expect(compared).toBeGreaterThan(15);
  }, 120_000);
});
