import { afterAll, describe, expect, it } from '@jest/globals';
import { float32Tensor, type Model, present } from '@onnx-compress/graph';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import fc from 'fast-check';
import { findPrunable } from '../src/analysis/prunable.js';
import { type Criterion, eachGroup } from '../src/criteria/criterion.js';
import type { StructuredOptions } from '../src/criteria/options.js';
import { structureOf } from '../src/selection/classes.js';
import { structuredPruning } from '../src/structured-pruning.js';
import { Net } from './net.js';
import { oracleError } from './oracle.js';
import { optionsWith, pruned, randomFeeds, testContext } from './pruning-context.js';
import { randomNet } from './random-net.js';

afterAll(closeHost);

const widths = (model: Model) =>
  [...model.weights()].flatMap(({ tensor }) => (tensor.dims.length === 4 ? tensor.dims.slice(0, 1) : []));

/** Two convolutions of 8 channels, of which one has seven channels that hardly count, and a third into the output. */
function unequal(): Model {
  const net = new Net(1);
  const weights = (magnitude: (channel: number) => number, inputs: number) =>
    net.constant(
      float32Tensor(
        [8, inputs, 1, 1],
        Array.from({ length: 8 * inputs }, (_, index) => magnitude(index / inputs)),
      ),
    );
  const first = net.op('Conv', ['x', weights((channel) => (channel < 1 ? 80 : 1), 1)], 8);
  const second = net.op('Conv', [first, weights(() => 1, 8)], 8);
  return net.build(net.conv(second, 2));
}

describe('the scope of a ratio', () => {
  it('global removes where channels score low within their layer', async () => {
    const { model } = await pruned(unequal(), optionsWith({ ratio: 0.4, scope: 'global', round: 1 }));
    expect(widths(model)).toEqual([2, 8, 2]);
  });

  it('layer removes the same share everywhere', async () => {
    const { model } = await pruned(unequal(), optionsWith({ ratio: 0.5, round: 1 }));
    expect(widths(model)).toEqual([4, 4, 2]);
  });

  it('never empties a layer, keeps to what was asked, and leaves a sound model', async () => {
    const numbers = fc.array(fc.nat(1000), { minLength: 4, maxLength: 40 });
    const scope = fc.constantFrom('global' as const, 'isomorphic' as const);
    const ratio = fc.double({ min: 0.1, max: 0.9, noNaN: true });
    await fc.assert(
      fc.asyncProperty(numbers, scope, ratio, async (choices, ranked, part) => {
        const original = randomNet(choices);
        const options = optionsWith({ ratio: part, scope: ranked, round: 1, minKeep: 0, constants: 'zero' });
        const { model, result } = await pruned(original, options);
        expect(model.validate()).toEqual([]);
        for (const { tensor } of model.weights()) expect(Math.min(1, ...tensor.dims)).toBe(1);
        expect(await oracleError(original, model, result.changed, randomFeeds(original))).toBeLessThanOrEqual(1e-4);
      }),
      { numRuns: Number(process.env.PRUNING_RANDOM_NETS ?? 40) },
    );
  }, 600_000);

  it('isomorphic removes the ratio from every class of layers alike, wherever in the class', async () => {
    const net = new Net(4);
    const large = (channels: number, value: string) => net.unary('Relu', net.conv(value, channels, { kernel: 3 }));
    const small = (channels: number, value: string) => net.unary('Relu', net.conv(value, channels));
    const model = net.build(net.conv(small(16, large(16, small(16, large(16, 'x')))), 4, { kernel: 3 }));
    const { groups, members } = await findPrunable(model, { include: [], skip: [] }, testContext());
    const tags = groups.map((group) => structureOf(present(members.get(group), 'members')));
    expect([tags[0] === tags[2], tags[1] === tags[3], tags[0] === tags[1]]).toEqual([true, true, false]);
    const result = await pruned(model, optionsWith({ ratio: 0.5, scope: 'isomorphic', round: 1 }));
    const [a = 0, b = 0, c = 0, d = 0] = widths(result.model);
    expect([a + c, b + d]).toEqual([16, 16]);
  });
});

describe('several steps', () => {
  /** L1 norms, and how many units each group had whenever they were asked for. */
  function counting(seen: number[][]): Criterion {
    const score = eachGroup(({ units }) => ({
      kind: 'scored',
      perUnit: Float64Array.from({ length: units }, (_, i) => i),
    }));
    return async (groups, context) => {
      seen.push(groups.map(({ units }) => units));
      return score(groups, context);
    };
  }

  async function run(original: Model, options: StructuredOptions) {
    const seen: number[][] = [];
    const model = original.clone();
    const transform = structuredPruning('test', counting(seen), options, { include: [], skip: [] });
    return { seen, model, result: await transform.run(model, { ...testContext(), dims: new Map() }) };
  }

  it('score what the steps before left, and report one cut of the original', async () => {
    const net = new Net(3);
    const original = net.build(net.conv(net.conv(net.conv('x', 64), 32), 4));
    const { seen, model, result } = await run(original, optionsWith({ ratio: 0.75, steps: 2, round: 1 }));
    expect(seen).toEqual([
      [64, 32],
      [32, 16],
    ]);
    expect(widths(model)).toEqual([16, 8, 4]);
    expect(result.changed[0]).toMatchObject({ sizeBefore: 64, sizeAfter: 16 });
    expect(result.metrics).toMatchObject({ requestedRatio: 0.75, achievedRatio: 0.75, channelsBefore: 96 });
    expect(await oracleError(original, model, result.changed, randomFeeds(original))).toBeLessThan(1e-5);
  });

  it('choose anew among the channels that are left', async () => {
    const net = new Net(3);
    const original = net.build(net.conv(net.conv('x', 8), 4));
    const { result } = await run(original, optionsWith({ ratio: 0.75, steps: 2, round: 1 }));
    expect(result.changed[0]?.removed).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('meet a budget as one step does', async () => {
    const net = new Net(3);
    const original = net.build(net.conv(net.conv(net.conv('x', 64), 32), 4));
    const { result, seen } = await run(original, optionsWith({ keepMacs: 0.4, steps: 3, scope: 'global' }));
    expect(seen).toHaveLength(3);
    expect(result.metrics.achievedKeepMacs).toBeLessThanOrEqual(0.4);
    expect(result.metrics.achievedKeepMacs).toBeGreaterThanOrEqual(0.388);
  });
});
