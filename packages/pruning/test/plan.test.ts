import { afterAll, describe, expect, it } from '@jest/globals';
import type { Calibration, NodeSelection, Removal, StepResult, Transform } from '@onnx-compress/core';
import { type Model, modelBytes, present } from '@onnx-compress/graph';
import { randomFloats } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import fc from 'fast-check';
import {
  apoz,
  composeConstants,
  composeRemovals,
  consumer,
  l1,
  meanActivation,
  plan,
  random,
  removalPlan,
  type StoredConstants,
  variance,
  wanda,
} from '../src/index.js';
import { Net } from './net.js';
import { exactly, optionsWith, testContext } from './pruning-context.js';
import { randomNet } from './random-net.js';

const ALL: NodeSelection = { include: [], skip: [] };

const replay = (removals: readonly Removal[], nodes = ALL, constants: readonly StoredConstants[] = []) =>
  plan.create({ plan: removalPlan.parse({ schemaVersion: 1, removals, constants }), recover: 'off' }, nodes);

/** The plan of some steps, as it comes out of a file. */
function replayOf(steps: readonly StepResult[]): Transform {
  const file = { schemaVersion: 1, removals: composeRemovals(steps), constants: composeConstants(steps) };
  const content: unknown = JSON.parse(JSON.stringify(file));
  return plan.create({ plan: removalPlan.parse(content), recover: 'off' }, ALL);
}

async function appliedOn(calibration: Calibration | undefined, original: Model, transforms: readonly Transform[]) {
  const model = original.clone();
  const results: StepResult[] = [];
  for (const transform of transforms) results.push(await transform.run(model, { ...testContext(), calibration }));
  return { model, results };
}

const applied = (original: Model, ...transforms: readonly Transform[]) => appliedOn(undefined, original, transforms);

/** Some samples for nets that `Net` builds. */
const samples: Calibration = {
  count: 4,
  samples: async function* () {
    for (let seed = 1; seed <= 4; seed++) yield new Map([['x', randomFloats([2, 3, 6, 6], seed)]]);
  },
};

const half = optionsWith({ ratio: 0.5, round: 1, recover: 'off' });

/** Layers of all kinds that take constants, behind BatchNormalization. */
const normalizing = () => {
  const net = new Net();
  const layer = (value: string, channels: number) => net.unary('Relu', net.batchNorm(net.conv(value, channels)));
  const grouped = net.conv(layer(layer('x', 6), 8), 6, { groups: 2, kernel: 3 });
  const last = net.op('Transpose', [net.unary('Relu', net.batchNorm(grouped))], 6, { perm: { ints: [0, 2, 3, 1] } });
  const hidden = net.op('MatMul', [last, net.weight([6, 8])], 8);
  return net.build(net.op('MatMul', [net.unary('Tanh', hidden), net.weight([8, 4])], 4));
};

/** Fails unless a plan without samples does the same as the run that it was made of. */
async function expectSameReplay(original: Model, first: Awaited<ReturnType<typeof applied>>): Promise<void> {
  const again = await applied(original, replayOf(first.results));
  expect(await modelBytes(again.model)).toEqual(await modelBytes(first.model));
}

const sequential = () => {
  const net = new Net();
  const features = net.unary('Relu', net.conv('x', 6));
  return net.build(net.classifier(net.conv(features, 8)));
};

const conv = (model: Model, index: number) =>
  present(model.graph.nodes.filter(({ opType }) => opType === 'Conv')[index], 'Conv').label;

afterAll(closeHost);

describe('prune plan', () => {
  it('lists one removal for each group: its first layer, in terms of the model before', async () => {
    const net = new Net();
    const sum = net.op('Add', [net.conv('x', 6), net.conv('x', 6)], 6);
    const original = net.build(net.classifier(sum));
    const { results } = await applied(original, l1.create(exactly(0.5), ALL));
    const [result] = results;
    expect(result?.removals).toHaveLength(1);
    expect(result?.removals).toMatchObject([{ node: conv(original, 0), tensor: 'w1', axis: 0, size: 6 }]);
    expect(result?.removals?.[0]?.channels).toEqual(result?.changed.find(({ tensor }) => tensor === 'w1')?.removed);
  });

  it('and the original give the same bytes again, for random nets', async () => {
    let replayed = 0;
    const numbers = fc.array(fc.nat(1000), { minLength: 4, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(numbers, fc.double({ min: 0.2, max: 0.8, noNaN: true }), async (choices, ratio) => {
        const original = randomNet(choices);
        const first = await applied(original, random.create(exactly(ratio), ALL));
        const { removals = [], changed = [] } = first.results[0] ?? {};
        const again = await applied(original, replay(removals));
        expect(again.results[0]?.changed).toEqual(changed);
        expect(again.results[0]?.removals).toEqual(removals);
        expect(await modelBytes(again.model)).toEqual(await modelBytes(first.model));
        if (removals.length > 0) replayed++;
      }),
      { numRuns: 60 },
    );
    expect(replayed).toBeGreaterThan(30);
  }, 120_000);

  it('holds what the removed channels held: the same bytes for a net with BatchNormalization', async () => {
    const original = normalizing();
    const first = await applied(original, l1.create(half, ALL));
    const constants = composeConstants(first.results);
    expect(constants.map(({ channels, values }) => values.length / channels.length)).toEqual([1, 2, 1]);
    expect(constants.every(({ values }) => values.some((value) => value !== 0))).toBe(true);
    await expectSameReplay(original, first);
  });

  it('repeats runs with samples without them, for random nets', async () => {
    let withConstants = 0;
    const numbers = fc.array(fc.nat(1000), { minLength: 4, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(numbers, async (choices) => {
        const original = randomNet(choices);
        const first = await appliedOn(samples, original, [random.create(half, ALL)]);
        if (composeConstants(first.results).length > 0) withConstants++;
        await expectSameReplay(original, first);
      }),
      { numRuns: 40 },
    );
    expect(withConstants).toBeGreaterThan(20);
  }, 120_000);

  it.each([
    ['l1', l1.create(half, ALL)],
    ['several rounds of l1', l1.create(optionsWith({ ratio: 0.5, round: 1, steps: 3, recover: 'off' }), ALL)],
    ['apoz', apoz.create(half, ALL)],
    ['mean-activation', meanActivation.create(half, ALL)],
    ['variance', variance.create(half, ALL)],
    ['wanda', wanda.create(half, ALL)],
    ['consumer', consumer.create(half, ALL)],
  ])('repeats a run with samples without them: %s', async (_, transform) => {
    const original = normalizing();
    const first = await appliedOn(samples, original, [transform]);
    expect(composeConstants(first.results).length).toBeGreaterThan(1);
    await expectSameReplay(original, first);
  });

  it('of two steps rounds biases as often as they did', async () => {
    const original = normalizing();
    const few = l1.create(optionsWith({ ratio: 0.3, round: 1, recover: 'off' }), ALL);
    const first = await appliedOn(samples, original, [few, few]);
    expect(composeConstants(first.results).length).toBeGreaterThan(composeConstants(first.results.slice(1)).length);
    await expectSameReplay(original, first);
  });

  it('of two steps is told in terms of the model before the first', async () => {
    const original = sequential();
    const two = await applied(original, l1.create(exactly(0.5), ALL), l1.create(exactly(0.5), ALL));
    const removals = composeRemovals(two.results);
    expect(removals.map(({ size, channels }) => [size, channels.length])).toEqual([
      [6, 4],
      [8, 6],
    ]);
    const once = await applied(original, replay(removals));
    expect(await modelBytes(once.model)).toEqual(await modelBytes(two.model));
  });

  it('removes only what the globs of its step select', async () => {
    const original = sequential();
    const removals = [conv(original, 0), conv(original, 1)].map((node, index) => {
      const tensor = present(original.graph.nodes.find(({ label }) => label === node)?.inputs[1], 'weight');
      return { node, tensor, axis: 0, size: index === 0 ? 6 : 8, channels: [1] };
    });
    const { results } = await applied(original, replay(removals, { include: [], skip: [conv(original, 0)] }));
    expect(results[0]?.removals).toEqual([removals[1]]);
  });
});

describe('a plan that does not fit is refused', () => {
  const good = () => {
    const node = conv(sequential(), 0);
    return { node, tensor: 'w1', axis: 0, size: 6, channels: [1, 2] };
  };

  const cases: readonly (readonly [string, Partial<Removal>, string])[] = [
    ['another weight', { tensor: 'other' }, 'is not where a layer of this model computes channels'],
    ['another axis', { axis: 1 }, 'is not where a layer of this model computes channels'],
    ['another width', { size: 12 }, 'has 6 positions here, and 12 in the plan'],
    ['a channel too many', { channels: [1, 6] }, 'has no position 6'],
    ['every channel', { channels: [0, 1, 2, 3, 4, 5] }, 'would lose all its positions'],
  ];

  it.each(cases)('naming the difference: %s', async (_name, difference, problem) => {
    await expect(applied(sequential(), replay([{ ...good(), ...difference }]))).rejects.toMatchObject({
      code: 'PLAN_DOES_NOT_FIT',
      exitCode: 2,
      message: expect.stringContaining(problem),
    });
  });

  it.each([
    ['another reader', { node: 'other' }, 'is not where this layer of the model reads channels as the plan says'],
    ['more groups', { values: [1, 2, 3, 4] }, 'is not where this layer of the model reads channels as the plan says'],
    ['another width', { size: 12 }, 'has 6 positions here, and 12 in the plan'],
    ['a channel too many', { channels: [1, 6] }, 'has no position 6'],
  ])('naming the difference of a constant: %s', async (_name, difference, problem) => {
    const original = sequential();
    const entry = { node: conv(original, 1), tensor: 'w5', axis: 1, size: 6, channels: [1, 2], values: [0.5, 1] };
    await expect(applied(original, replay([good()], ALL, [{ ...entry, ...difference }]))).rejects.toMatchObject({
      code: 'PLAN_DOES_NOT_FIT',
      message: expect.stringContaining(problem),
    });
  });

  it('where channels have to stay, or only go together with others', async () => {
    const outputs = new Net();
    const pinned = outputs.build(outputs.conv('x', 4));
    await expect(
      applied(pinned, replay([{ node: conv(pinned, 0), tensor: 'w1', axis: 0, size: 4, channels: [1] }])),
    ).rejects.toThrow('has to keep position 1: the channels are those of graph output');
    const net = new Net(4);
    const grouped = net.build(net.classifier(net.conv('x', 8, { groups: 2 })));
    await expect(
      applied(grouped, replay([{ node: conv(grouped, 0), tensor: 'w1', axis: 0, size: 8, channels: [1] }])),
    ).rejects.toThrow('cannot keep position 5 without others that the plan removes');
  });
});
