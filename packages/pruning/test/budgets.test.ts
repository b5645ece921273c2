import { afterAll, describe, expect, it } from '@jest/globals';
import { type Context, type Diagnostic, type ModelTime, type NodeTimes, StepError } from '@onnx-compress/core';
import { type Model, modelBytes, present } from '@onnx-compress/graph';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import fc from 'fast-check';
import { countModel } from '../src/costs/count-model.js';
import { latencyCosts } from '../src/criteria/latency-costs.js';
import { type StructuredOptions, structuredOptions } from '../src/criteria/options.js';
import { weightNorm } from '../src/criteria/weight-norm.js';
import { structuredPruning } from '../src/structured-pruning.js';
import { Net } from './net.js';
import { oracleError } from './oracle.js';
import { optionsWith, randomFeeds, testContext } from './pruning-context.js';
import { randomNet } from './random-net.js';

afterAll(closeHost);

const dims = new Map([['N', 1]]);

/** Prunes a copy by L1 norm and counts what came of it. */
async function cut(original: Model, options: StructuredOptions, given: Partial<Context> = {}) {
  const warnings: Diagnostic[] = [];
  const context = { ...testContext(warnings), dims, ...given };
  const model = original.clone();
  const transform = structuredPruning('l1', weightNorm(1), options, { include: [], skip: [] });
  const result = await transform.run(model, context);
  const [before, after] = [await countModel(original, context), await countModel(model, context)];
  return { model, result, warnings, before, after };
}

/** A classifier of four convolutions, wide enough for blocks of 16. */
function classifier(): Model {
  const net = new Net(3);
  let value = net.conv('x', 64, { kernel: 3 });
  for (const channels of [96, 128, 64]) value = net.unary('Relu', net.conv(value, channels, { kernel: 3 }));
  return net.build(net.classifier(value));
}

/** The code of a refusal; any other error is thrown on. */
function refusal(error: unknown): 'BUDGET_UNREACHABLE' {
  if (error instanceof StepError && error.code === 'BUDGET_UNREACHABLE') return error.code;
  throw error;
}

const widths = (model: Model) =>
  [...model.weights()].flatMap(({ tensor }) => (tensor.dims.length === 4 ? tensor.dims.slice(0, 1) : []));

describe('a budget', () => {
  it.each(['global', 'layer', 'isomorphic'] as const)('is met and used to 97 % with scope %s', async (scope) => {
    const original = classifier();
    const half = (await countModel(original, { ...testContext(), dims })).bytes * 0.5;
    const macs = await cut(original, optionsWith({ keepMacs: 0.5, scope }));
    expect(macs.after.macs / macs.before.macs).toBeLessThanOrEqual(0.5);
    expect(macs.after.macs / macs.before.macs).toBeGreaterThanOrEqual(0.485);
    expect(macs.result.metrics).toMatchObject({
      requestedKeepMacs: 0.5,
      achievedKeepMacs: macs.after.macs / macs.before.macs,
    });
    const parameters = await cut(original, optionsWith({ keepParams: 0.4, scope }));
    expect(parameters.after.parameters / parameters.before.parameters).toBeLessThanOrEqual(0.4);
    expect(parameters.after.parameters / parameters.before.parameters).toBeGreaterThanOrEqual(0.388);
    const bytes = await cut(original, optionsWith({ maxBytes: Math.round(half), scope }));
    expect(bytes.after.bytes).toBeLessThanOrEqual(half);
    expect(bytes.after.bytes).toBeGreaterThanOrEqual(half * 0.97);
    expect(bytes.result.metrics).toMatchObject({ achievedBytes: bytes.after.bytes });
    expect([...macs.warnings, ...parameters.warnings, ...bytes.warnings]).toEqual([]);
  });

  const seed = Number(process.env.PRUNING_RANDOM_SEED ?? Date.now() % 2 ** 31);

  it(`is met by any net, or refused with the least that is possible: nets of seed ${seed}`, async () => {
    const numRuns = Number(process.env.PRUNING_RANDOM_NETS ?? 40);
    const numbers = fc.array(fc.nat(1000), { minLength: 30, maxLength: 60 });
    const asked = fc.double({ min: 0.4, max: 0.9, noNaN: true });
    const budget = fc.constantFrom('keepMacs' as const, 'keepParams' as const);
    const scope = fc.constantFrom('layer' as const, 'global' as const, 'isomorphic' as const);
    let [met, near] = [0, 0];
    await fc.assert(
      fc.asyncProperty(numbers, asked, budget, scope, async (choices, part, name, ranked) => {
        const original = randomNet(choices);
        const options = optionsWith({ [name]: part, scope: ranked, constants: 'zero', minKeep: 0 });
        const ended = await cut(original, options).catch(refusal);
        if (ended === 'BUDGET_UNREACHABLE') return;
        const { model, result, after, before, warnings } = ended;
        const kept = name === 'keepMacs' ? after.macs / before.macs : after.parameters / before.parameters;
        expect(kept).toBeLessThanOrEqual(part);
        expect(kept >= part * 0.97).toBe(!warnings.some(({ code }) => code === 'BUDGET_NOT_NEAR'));
        expect(await oracleError(original, model, result.changed, randomFeeds(original))).toBeLessThanOrEqual(1e-4);
        met++;
        if (kept >= part * 0.97) near++;
      }),
      { numRuns, seed },
    );
    expect(met).toBeGreaterThan(numRuns / 2);
    // Four of five come near; of so few nets a lower part may be chance, up to two standard errors.
    expect(near).toBeGreaterThan(met * 0.8 - 2 * Math.sqrt(met * 0.8 * 0.2));
  }, 600_000);

  it('leaves fewer multiply-accumulates the less it allows', async () => {
    const original = classifier();
    const parts: number[] = [];
    for (const keepMacs of [0.8, 0.6, 0.4, 0.2])
      parts.push((await cut(original, optionsWith({ keepMacs }))).after.macs);
    expect(parts).toEqual([...parts].sort((first, second) => second - first));
  });

  it('keeps to blocks of 16 where they come near, and to the least part of every layer', async () => {
    for (const scope of ['global', 'layer', 'isomorphic'] as const) {
      for (const keepMacs of [0.3, 0.5, 0.8]) {
        const { model, warnings } = await cut(classifier(), optionsWith({ keepMacs, scope }));
        expect(widths(model).filter((width) => width % 16 === 0).length).toBeGreaterThanOrEqual(3);
        expect(warnings).toEqual([]);
      }
    }
    const { model: small } = await cut(classifier(), optionsWith({ keepMacs: 0.3, minKeep: 0.5 }));
    for (const [index, width] of widths(small).entries()) {
      expect(width).toBeGreaterThanOrEqual(present([64, 96, 128, 64][index], 'width') / 2);
    }
  });

  it('meets several budgets together', async () => {
    const { before, after } = await cut(classifier(), optionsWith({ keepMacs: 0.6, keepParams: 0.4 }));
    expect(after.macs / before.macs).toBeLessThanOrEqual(0.6);
    expect(after.parameters / before.parameters).toBeLessThanOrEqual(0.4);
  });

  it('keeps a fixed block, and says where it comes nowhere near', async () => {
    const { model, result, warnings, after, before } = await cut(
      classifier(),
      optionsWith({ keepMacs: 0.5, round: 32 }),
    );
    expect(widths(model).every((width) => width % 32 === 0)).toBe(true);
    expect(after.macs / before.macs).toBeLessThanOrEqual(0.5);
    const coarse = await cut(classifier(), optionsWith({ keepMacs: 0.9, round: 64 }));
    expect(coarse.warnings).toMatchObject([{ code: 'BUDGET_NOT_NEAR' }]);
    expect(coarse.warnings[0]?.message).toMatch(/^keep-macs=0\.9: the nearest that the layers allow is 0\.\d+$/);
    expect([warnings.length, result.metrics.requestedKeepMacs]).toEqual([
      after.macs / before.macs < 0.485 ? 1 : 0,
      0.5,
    ]);
  });

  it('below the possible is an error that says what is possible', async () => {
    const error = await cut(classifier(), optionsWith({ keepMacs: 0.01 })).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StepError);
    expect(error).toMatchObject({ code: 'BUDGET_UNREACHABLE' });
    const [, least = ''] = /at least (0\.\d+) stays$/.exec(error instanceof Error ? error.message : '') ?? [];
    const { after, before } = await cut(classifier(), optionsWith({ keepMacs: Number(least) }));
    expect(after.macs / before.macs).toBeLessThanOrEqual(Number(least));
  });

  it('that is met already removes nothing', async () => {
    const { result, warnings } = await cut(classifier(), optionsWith({ maxBytes: 1e9 }));
    expect([result.changed, warnings]).toEqual([[], []]);
  });

  it('gives the same model each time', async () => {
    const [first, second] = [
      await cut(classifier(), optionsWith({ keepMacs: 0.37 })),
      await cut(classifier(), optionsWith({ keepMacs: 0.37 })),
    ];
    expect(first.result).toEqual(second.result);
  });
});

describe('a budget of time', () => {
  const milliseconds = ({ inputs, node }: { inputs: readonly number[]; node: number }) =>
    (1 + (node % 3)) * (0.2 + inputs.reduce((product, size) => product * size, 1) / 1e4);

  /** Times that follow the sizes of the weights, but not in proportion. */
  function timeOf(model: Model): ModelTime {
    const nodes = Array.from(model.graph.nodes, (node, index) => {
      const inputs = node.inputs.flatMap((_, slot) => node.input(slot)?.weight?.tensor.dims ?? []);
      return [node.label, milliseconds({ inputs: inputs.slice(0, 2), node: index })] as const;
    });
    return { nodes: new Map(nodes), elsewhere: 0.5 };
  }

  /** A machine on which a whole inference takes longer than its nodes tell, the more so the smaller the model is. */
  function machine(slower = 2) {
    const compared: number[] = [];
    const whole = (model: Model) => [...timeOf(model).nodes.values()].reduce((sum, time) => sum + time, slower);
    const nodeTimes: NodeTimes = {
      measure: async (models) => models.map(timeOf),
      compare: async (original, candidate) => {
        const ratio = whole(candidate) / whole(original);
        compared.push(ratio);
        return { ratio, low: ratio, high: ratio };
      },
    };
    return { nodeTimes, compared, whole };
  }

  it('is met as measured from end to end, and replays without measuring', async () => {
    const original = classifier();
    const { nodeTimes, compared, whole } = machine();
    const { model, result, warnings } = await cut(original, optionsWith({ keepLatency: 0.6 }), { nodeTimes });
    const { measuredKeepLatency, ...predicted } = result.metrics;
    expect(measuredKeepLatency).toBe(whole(model) / whole(original));
    expect(measuredKeepLatency).toBeLessThanOrEqual(0.6);
    expect(measuredKeepLatency).toBeGreaterThanOrEqual(0.582);
    expect(predicted.requestedKeepLatency).toBe(0.6);
    expect(predicted.predictedKeepLatency).toBeLessThanOrEqual(0.6);
    expect(compared.length).toBeLessThanOrEqual(3);
    expect(compared[0]).toBeGreaterThan(0.6);
    expect(warnings).toEqual([]);
    const resolved = present(result.resolvedOptions, 'resolved options');
    const { costs } = structuredOptions.parse({ ...optionsWith({ keepLatency: 0.6 }), ...resolved });
    const replayed = await cut(original, optionsWith({ keepLatency: 0.6, costs }));
    expect(replayed.result.resolvedOptions).toEqual(resolved);
    expect(replayed.result.metrics).toEqual(predicted);
    expect(await modelBytes(replayed.model)).toEqual(await modelBytes(model));
  });

  it('stores a curve of every node that takes time', async () => {
    const { nodeTimes } = machine();
    const { result } = await cut(classifier(), optionsWith({ keepLatency: 0.6 }), { nodeTimes });
    const { costs } = present(result.resolvedOptions, 'resolved options');
    const { nodes, elsewhere } = latencyCosts.parse(costs);
    expect(Object.keys(nodes)).toEqual([...timeOf(classifier()).nodes.keys()]);
    expect(elsewhere).toBeGreaterThan(0.5);
    for (const curve of Object.values(nodes)) {
      expect(curve).toEqual([...curve].sort(([part], [other]) => part - other));
      expect(curve.at(-1)?.[0]).toBe(1);
    }
    expect(Object.values(nodes).some(({ length }) => length === 4)).toBe(true);
  });

  it('warns where no candidate takes as little as is asked', async () => {
    const { nodeTimes } = machine();
    const above: NodeTimes = { ...nodeTimes, compare: async () => ({ ratio: 0.61, low: 0.6, high: 0.62 }) };
    const { result, warnings } = await cut(classifier(), optionsWith({ keepLatency: 0.6 }), { nodeTimes: above });
    expect(result.metrics.measuredKeepLatency).toBe(0.61);
    expect(warnings).toMatchObject([{ code: 'LATENCY_ABOVE' }]);
  });

  it('is an error where the model cannot be timed', async () => {
    const failing = () => Promise.reject(new StepError('NO_PROFILE', 'no profile was written'));
    const { nodeTimes } = machine();
    for (const broken of [
      { ...nodeTimes, measure: failing },
      { ...nodeTimes, compare: failing },
    ]) {
      const run = cut(classifier(), optionsWith({ keepLatency: 0.6 }), { nodeTimes: broken });
      await expect(run).rejects.toMatchObject({
        code: 'LATENCY_NOT_MEASURED',
        message: 'keep-latency: no profile was written',
      });
    }
    const silent: NodeTimes = {
      ...nodeTimes,
      measure: async (models) => models.map(() => ({ nodes: new Map(), elsewhere: 0 })),
    };
    await expect(cut(classifier(), optionsWith({ keepLatency: 0.6 }), { nodeTimes: silent })).rejects.toMatchObject({
      code: 'LATENCY_NOT_MEASURED',
    });
  });
});
