import { afterAll, describe, expect, it } from '@jest/globals';
import { seededRandom } from '@onnx-compress/core';
import { elementCount, type Model, present } from '@onnx-compress/graph';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import fc from 'fast-check';
import { findPrunable, type Prunable } from '../src/analysis/prunable.js';
import { costModel } from '../src/costs/cost-model.js';
import { countModel } from '../src/costs/count-model.js';
import { risingCurve, timeAt } from '../src/costs/time-curve.js';
import type { LatencyCosts } from '../src/criteria/latency-costs.js';
import { blockedBecause } from '../src/groups/group.js';
import { chooseUnits } from '../src/selection/choose-units.js';
import { prunedCopy } from '../src/surgery/pruned-copy.js';
import { Net } from './net.js';
import { testContext } from './pruning-context.js';
import { randomNet } from './random-net.js';

afterAll(closeHost);

const context = { ...testContext(), dims: new Map([['N', 1]]) };
const find = (model: Model) => findPrunable(model, { include: [], skip: [] }, context);

/** Elements of all constants but shapes and positions, which edits may add and take away. */
function elements(model: Model): number {
  const weights = [...model.weights()].filter(({ tensor }) => tensor.dataType !== 'int64');
  return weights.reduce((sum, { tensor }) => sum + elementCount(tensor.dims), 0);
}

/** About half of the units of every open group, at random. */
function randomDecisions({ groups }: Prunable, seed: number) {
  const random = seededRandom(seed, 'units');
  return groups
    .filter((group) => blockedBecause(group) === undefined)
    .map((group) => {
      const scores = Float64Array.from(group.units, () => random.uniform());
      const units = chooseUnits(group, scores, Math.floor(group.units.length * random.uniform()));
      return { group, units, reason: undefined };
    });
}

describe('the cost model', () => {
  it('predicts what is counted after surgery, of random nets', async () => {
    const numRuns = Number(process.env.PRUNING_RANDOM_NETS ?? 40);
    const numbers = fc.array(fc.nat(1000), { minLength: 4, maxLength: 40 });
    let changed = 0;
    await fc.assert(
      fc.asyncProperty(numbers, fc.nat(), async (choices, seed) => {
        const model = randomNet(choices);
        const prunable = await find(model);
        const counts = await countModel(model, context);
        const costs = costModel(model, prunable.engine, counts, ['macs', 'parameters', 'bytes']);
        const decisions = randomDecisions(prunable, seed);
        const units = decisions.flatMap((decision) => decision.units);
        costs.remove(units);
        const copy = await prunedCopy(model, decisions, find);
        const after = await countModel(copy, context);
        expect(costs.total('macs')).toBe(after.macs);
        expect(costs.total('parameters') - counts.parameters).toBe(elements(copy) - elements(model));
        expect(Math.abs(costs.total('bytes') - after.bytes)).toBeLessThan(100 * model.graph.nodes.length);
        if (after.macs < counts.macs) changed++;
        costs.restore(units);
        for (const cost of ['macs', 'parameters', 'bytes'] as const) expect(costs.total(cost)).toBe(counts[cost]);
      }),
      { numRuns },
    );
    expect(changed).toBeGreaterThan(numRuns / 2);
  });

  it('follows units one by one', async () => {
    const net = new Net(3);
    const model = net.build(net.conv(net.conv('x', 8), 4));
    const { engine, groups } = await find(model);
    const costs = costModel(model, engine, await countModel(model, context), ['macs', 'parameters']);
    const space = 2 * 6 * 6;
    expect(costs.total('macs')).toBe(space * (3 * 8 + 8 * 4));
    const [first, second] = present(groups[0], 'group').units;
    costs.remove([present(first, 'unit')]);
    expect(costs.total('macs')).toBe(space * (3 * 7 + 7 * 4));
    expect(costs.total('parameters')).toBe(3 * 7 + 7 + 7 * 4 + 4);
    costs.remove([present(second, 'unit')]);
    expect(costs.total('macs')).toBe(space * (3 * 6 + 6 * 4));
    costs.restore([present(first, 'unit')]);
    expect(costs.total('macs')).toBe(space * (3 * 7 + 7 * 4));
  });

  it('reads the time of a node from its curve: of convolutions by what they multiply, of others by what they compute', async () => {
    const net = new Net(3);
    const conv = net.conv('x', 32);
    const relu = net.unary('Relu', conv);
    const model = net.build(net.conv(relu, 4));
    const label = (value: string) => present(model.graph.value(value)?.producer, value).label;
    const nodes: LatencyCosts['nodes'] = {
      [label(conv)]: [
        [0.5, 8],
        [1, 10],
      ],
      [label(relu)]: [[1, 20]],
    };
    const { engine, groups } = await find(model);
    const costs = costModel(model, engine, await countModel(model, context), ['latency'], {
      nodes,
      elsewhere: 3,
    });
    const { units } = present(groups[0], 'group');
    expect(costs.total('latency')).toBe(33);
    costs.remove(units.slice(0, 8));
    expect(costs.total('latency')).toBeCloseTo(3 + 9 + 15);
    costs.remove(units.slice(8, 16));
    expect(costs.total('latency')).toBeCloseTo(3 + 8 + 10);
  });

  it('counts a shared vector once for every reader that gets a copy of its own', async () => {
    const net = new Net(3);
    const shared = net.weight([8]);
    const convolved = () => net.op('Conv', ['x', net.weight([8, 3, 1, 1]), shared], 8);
    const model = net.build(net.conv(convolved(), 4), net.conv(convolved(), 4));
    const prunable = await find(model);
    const [first] = prunable.groups;
    const decisions = [
      { group: present(first, 'group'), units: present(first, 'group').units.slice(0, 3), reason: undefined },
    ];
    const counts = await countModel(model, context);
    const costs = costModel(model, prunable.engine, counts, ['parameters']);
    costs.remove(decisions.flatMap(({ units }) => units));
    const saved = 3 * 3 + 4 * 3;
    expect(costs.total('parameters')).toBe(counts.parameters - saved + 5);
    expect((await countModel(await prunedCopy(model, decisions, find), context)).parameters).toBe(
      costs.total('parameters'),
    );
  });
});

describe('a curve of times', () => {
  it('is read on the lines between its points, from the origin on', () => {
    const curve = [
      [0.25, 2],
      [0.5, 3],
      [1, 7],
    ] as const;
    expect([0, 0.125, 0.25, 0.375, 0.75, 1].map((part) => timeAt(curve, part))).toEqual([0, 1, 2, 2.5, 5, 7]);
  });

  it('never falls while the work grows: neighbours in the wrong order, or of the same work, get their mean', () => {
    const measured = [
      [1, 8],
      [0.5, 3],
      [0.25, 5],
      [1, 6],
      [0.75, 4],
    ] as const;
    expect(risingCurve(measured)).toEqual([
      [0.25, 4],
      [0.5, 4],
      [0.75, 4],
      [1, 7],
    ]);
  });
});
