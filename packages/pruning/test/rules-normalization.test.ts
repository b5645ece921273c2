import { afterAll, describe, expect, it } from '@jest/globals';
import type { Diagnostic } from '@onnx-compress/core';
import { float32Tensor, type Model, present, readFloats } from '@onnx-compress/graph';
import { relativeError, runModel } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { weightNorm } from '../src/criteria/weight-norm.js';
import { structuredPruning } from '../src/structured-pruning.js';
import { Net } from './net.js';
import { keepHidden, NORMALIZATIONS, normalizationNet, normalizationWeights } from './normalization-nets.js';
import { oracleError } from './oracle.js';
import { exactly, randomFeeds, testContext } from './pruning-context.js';
import { type Removed, removePart } from './remove-part.js';

afterAll(closeHost);

async function check(original: Model): Promise<Removed> {
  const removed = await removePart(original);
  const { model, changed } = removed;
  expect(model.validate()).toEqual([]);
  expect(changed).not.toEqual([]);
  const feeds = randomFeeds(original);
  expect(await oracleError(original, original, changed, feeds)).toBeGreaterThan(1e-3);
  for (const level of ['disabled', 'all'] as const) {
    expect(await oracleError(original, model, changed, feeds, level)).toBeLessThanOrEqual(1e-4);
  }
  return removed;
}

/** Why channels of a group stay. */
const reasons = ({ groups }: Removed) => groups.flatMap(({ pinned }) => [...new Set(pinned.values())]);

const HIDDEN = 10;

describe('normalizations over the channels', () => {
  it.each(Object.entries(NORMALIZATIONS))(
    '%s keeps them, and says what would remove them',
    async (_, normalization) => {
      const removed = await removePart(normalizationNet(normalization, normalizationWeights(HIDDEN)));
      expect(removed.changed).toEqual([]);
      expect(reasons(removed)).toContainEqual(expect.stringMatching(/computes statistics over .*statistics=change/));
    },
  );

  it.each(Object.entries(NORMALIZATIONS))(
    '%s is the same net of fewer channels on request',
    async (_, normalization) => {
      const weights = normalizationWeights(HIDDEN);
      const original = normalizationNet(normalization, weights);
      const { model, changed } = await removePart(original, { statistics: 'change' });
      const gone = changed.find(({ tensor }) => tensor === 'second')?.removed;
      if (!Array.isArray(gone)) throw new Error('the last layer is not sliced');
      const keep = [...Array(HIDDEN).keys()].filter((channel) => !gone.includes(channel));
      expect(keep).toHaveLength(HIDDEN / 2);
      const fresh = normalizationNet(normalization, await keepHidden(weights, keep));
      const feeds = randomFeeds(original);
      const [expected, actual] = [await runModel(fresh, feeds), await runModel(model, feeds)];
      const values = async (outputs: typeof expected) => readFloats(present(outputs.get('y'), 'y'));
      expect(relativeError(await values(expected), await values(actual))).toBeLessThanOrEqual(1e-5);
    },
  );
});

describe('statistics that change', () => {
  async function warnings(statistics: 'keep' | 'change'): Promise<readonly string[]> {
    const model = normalizationNet(present(NORMALIZATIONS.LayerNormalization, 'net'), normalizationWeights(HIDDEN));
    const found: Diagnostic[] = [];
    const transform = structuredPruning(
      'l1',
      weightNorm(1),
      { ...exactly(0.5), statistics },
      { include: [], skip: [] },
    );
    await transform.run(model, testContext(found));
    return found.map(({ code }) => code);
  }

  it('are warned of once', async () => {
    expect(await warnings('change')).toEqual(['STATISTICS_CHANGED']);
    expect(await warnings('keep')).toEqual([]);
  });
});

/** Group normalization as PyTorch writes it. */
function exportedGroupNorm(net: Net, value: string, groups: number, rest: readonly number[]): string {
  const channels = net.channels(value);
  const flat = net.op('Reshape', [value, net.integers([0, groups, ...rest])], groups);
  const [ones, zeros] = [1, 0].map((fill) => net.constant(float32Tensor([groups], Array(groups).fill(fill))));
  const normal = net.op('InstanceNormalization', [flat, ones ?? '', zeros ?? ''], groups);
  const shaped = net.op('Reshape', [normal, net.op('Shape', [value], 4)], channels);
  const scaled = net.op('Mul', [shaped, net.weight([channels, 1, 1])], channels);
  return net.op('Add', [scaled, net.weight([channels, 1, 1])], channels);
}

describe('group normalization loses whole groups', () => {
  const channelsLeft = ({ changed }: Removed) =>
    changed.filter(({ sizeBefore }) => sizeBefore === 24).map(({ sizeAfter }) => sizeAfter);

  it.each([18, 21])('GroupNormalization of opset %i', async (opset) => {
    const net = new Net(3, opset);
    const parameters = opset === 18 ? 4 : 24;
    const operands = [net.conv('x', 24), net.weight([parameters]), net.weight([parameters])];
    const normal = net.op('GroupNormalization', operands, 24, { num_groups: { int: 4 } });
    const removed = await check(net.build(net.conv(net.unary('Relu', normal), 4)));
    expect(new Set(channelsLeft(removed))).toEqual(new Set([12]));
    const [node] = removed.model.graph.nodes.filter(({ opType }) => opType === 'GroupNormalization');
    expect(node?.int('num_groups')).toBe(2);
  });

  it.each<[string, number | string]>([
    ['of fixed size', 2],
    ['of unknown batch size', 'batch'],
  ])('InstanceNormalization between two Reshapes, %s', async (_, batch) => {
    const net = new Net(3, 17, batch);
    const normal = exportedGroupNorm(net, net.conv('x', 24), 4, [-1]);
    const removed = await check(net.build(net.conv(net.unary('Relu', normal), 4)));
    expect(new Set(channelsLeft(removed))).toEqual(new Set([12]));
  });

  it('in several layers on one residual sum', async () => {
    const net = new Net();
    const first = exportedGroupNorm(net, net.conv('x', 24), 4, [-1]);
    const second = exportedGroupNorm(net, net.conv(net.unary('Relu', first), 24), 6, [-1]);
    await check(net.build(net.conv(net.op('Add', [first, second], 24), 4)));
  });
});

describe('sums over channels', () => {
  const over = { keepdims: { int: 1 } };

  it.each(['ReduceSum', 'ReduceSumSquare', 'ReduceL1', 'ReduceL2'])('%s loses channels', async (opType) => {
    const net = new Net(3, 18);
    const gate = net.op(opType, [net.unary('Sigmoid', net.conv('x', 10)), net.integers([1])], 1, over);
    const scaled = net.op('Mul', [net.conv('x', 8), net.unary('Tanh', gate)], 8);
    const { changed } = await check(net.build(net.conv(scaled, 4)));
    expect(changed.filter(({ sizeBefore, sizeAfter }) => sizeBefore === 10 && sizeAfter === 5)).toHaveLength(2);
  });

  it('ReduceL2 of the normalization of a vector loses channels', async () => {
    const net = new Net(3, 18);
    const value = net.conv('x', 10);
    const norm = net.op('ReduceL2', [value, net.integers([1])], 1, over);
    await check(net.build(net.conv(net.op('Div', [value, norm], 10), 4)));
  });
});

describe('channels stay where', () => {
  it.each<[string, RegExp, (net: Net, value: string) => string]>([
    ['LRN divides by neighbours', /neighbours/, (net, value) => net.op('LRN', [value], 8, { size: { int: 3 } })],
    [
      'MeanVarianceNormalization runs over them',
      /statistics/,
      (net, value) => net.op('MeanVarianceNormalization', [value], 8, { axes: { ints: [1, 2, 3] } }),
    ],
    [
      'LpNormalization divides by their norm',
      /LpNormalization/,
      (net, value) => net.op('LpNormalization', [value], 8, { axis: { int: 1 } }),
    ],
    ['they are averaged', /ReduceMean/, (net, value) => net.op('ReduceMean', [value], 1, { axes: { ints: [1] } })],
  ])('%s', async (_, reason, build) => {
    const net = new Net();
    const value = build(net, net.conv('x', 8));
    const removed = await removePart(net.build(net.conv(value, 4)));
    expect(removed.changed).toEqual([]);
    expect(reasons(removed)).toContainEqual(expect.stringMatching(reason));
  });

  it('not where MeanVarianceNormalization runs over space', async () => {
    const net = new Net();
    const { changed } = await removePart(
      net.build(net.conv(net.op('MeanVarianceNormalization', [net.conv('x', 8)], 8), 4)),
    );
    expect(changed).toHaveLength(3);
  });
});
