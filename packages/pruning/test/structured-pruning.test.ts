import { afterAll, describe, expect, it } from '@jest/globals';
import { CancelledError, StepError, UsageError } from '@onnx-compress/core';
import { float32Tensor, floatsToTensor, type Model, present, readFloats } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { l1 } from '../src/index.js';
import { Net } from './net.js';
import { oracleError } from './oracle.js';
import { exactly, optionsWith, pruned, randomFeeds, testContext } from './pruning-context.js';

afterAll(closeHost);

const all = { include: [], skip: [] };
const half = optionsWith({ ratio: 0.5, round: 1, minKeep: 0 });

/** Two convolutions whose first has channels with L1 norms 6, 1, 4, 1. */
function twoConvs(form: { readonly irVersion?: number; readonly constants?: boolean } = {}): Model {
  const weights = { w: float32Tensor([4, 2, 1, 1], [3, -3, 1, 0, 2, 2, 0, -1]), v: randomFloats([3, 4, 1, 1], 1) };
  const constants = Object.entries(weights).map(([name, tensor]) => ({
    opType: 'Constant',
    inputs: [],
    outputs: [name],
    attributes: { value: { tensor } },
  }));
  return buildModel({
    ...(form.irVersion === undefined ? {} : { irVersion: form.irVersion }),
    inputs: { x: ['float32', [1, 2, 4, 4]] },
    outputs: ['y'],
    weights: form.constants ? {} : weights,
    nodes: [
      ...(form.constants ? constants : []),
      { opType: 'Conv', name: 'first', inputs: ['x', 'w'], outputs: ['h'] },
      { opType: 'Conv', name: 'second', inputs: ['h', 'v'], outputs: ['y'] },
    ],
  });
}

describe('structured pruning', () => {
  it.each([{}, { irVersion: 3 }, { constants: true }])(
    'reports what it removed from which tensor: %j',
    async (form) => {
      const original = twoConvs(form);
      const { model, result } = await pruned(original, half);
      const sizes = { sizeBefore: 4, sizeAfter: 2, removed: [1, 3] };
      expect(result.changed).toEqual([
        { node: 'first', tensor: 'w', axis: 0, ...sizes },
        { node: 'second', tensor: 'v', axis: 1, ...sizes },
      ]);
      expect(result.skipped).toEqual([{ node: 'second', reason: 'the channels are those of graph output "y"' }]);
      expect(result.metrics).toEqual({
        requestedRatio: 0.5,
        achievedRatio: 0.5,
        channelsBefore: 4,
        channelsAfter: 2,
        groups: 2,
        groupsPruned: 1,
        groupsSkipped: 1,
      });
      expect(result.figures).toMatchObject([{ kind: 'bars', rows: [{ label: 'first', values: [4, 2] }] }]);
      expect(model.validate()).toEqual([]);
      expect([...(await readFloats(present(model.graph.value('w')?.weight?.tensor, 'w')))]).toEqual([3, -3, 2, 2]);
      expect(await oracleError(original, model, result.changed, randomFeeds(original))).toBeLessThan(1e-6);
    },
  );

  it('prunes half-precision weights', async () => {
    const original = buildModel({
      inputs: { x: ['float16', [1, 2, 4, 4]] },
      outputs: ['y'],
      weights: {
        w: floatsToTensor('float16', [6, 2, 1, 1], await readFloats(randomFloats([6, 2, 1, 1], 1))),
        v: floatsToTensor('float16', [3, 6, 1, 1], await readFloats(randomFloats([3, 6, 1, 1], 2))),
      },
      nodes: [
        { opType: 'Conv', inputs: ['x', 'w'], outputs: ['h'] },
        { opType: 'Conv', inputs: ['h', 'v'], outputs: ['y'] },
      ],
    });
    const { model, result } = await pruned(original, half);
    expect(model.graph.value('w')?.weight?.tensor).toMatchObject({ dataType: 'float16', dims: [3, 2, 1, 1] });
    expect(await oracleError(original, model, result.changed, randomFeeds(original))).toBeLessThan(1e-2);
  });

  it('keeps a weight that two layers share one weight', async () => {
    const net = new Net(8);
    const shared = net.weight([8, 8, 1, 1]);
    const first = net.op('Conv', ['x', net.weight([8, 8, 1, 1])], 8);
    const second = net.op('Conv', [net.op('Conv', [first, shared], 8), shared], 8);
    const original = net.build(net.conv(second, 4));
    const { model, result } = await pruned(original, half);
    expect(model.graph.value(shared)?.weight?.tensor.dims).toEqual([4, 4, 1, 1]);
    expect(await oracleError(original, model, result.changed, randomFeeds(original))).toBeLessThan(1e-5);
  });

  it('leaves the model alone where rounding keeps every channel, and says so', async () => {
    const { result } = await pruned(twoConvs(), optionsWith({ ratio: 0.5, round: 16 }));
    expect(result.changed).toEqual([]);
    expect(result.skipped[0]).toEqual({ node: 'first', reason: 'the ratio and the rounding keep all 4 channels' });
  });

  it('works on included nodes only, and never on skipped ones', async () => {
    const net = new Net();
    const [first, second] = [net.conv('x', 8), net.conv('x', 8)];
    const head = net.conv(net.op('Concat', [first, second], 16, { axis: { int: 1 } }), 4);
    const original = net.build(head);
    const label = (value: string) => present(original.graph.value(value)?.producer, value).label;
    const nodesOf = async (include: string[], skip: string[]) => {
      const { changed } = await l1.create(half, { include, skip }).run(original.clone(), testContext());
      return new Set(changed.map(({ node }) => node));
    };
    expect(await nodesOf([label(first)], [])).toEqual(new Set([label(first), label(head)]));
    expect(await nodesOf([], [label(first)])).toEqual(new Set([label(second), label(head)]));
  });

  it('refuses a glob that matches nothing', async () => {
    const run = l1.create(half, { include: ['/features/**'], skip: [] }).run(twoConvs(), testContext());
    await expect(run).rejects.toThrow(UsageError);
  });

  it('refuses weights that cannot be ranked, naming node and tensor', async () => {
    const model = twoConvs();
    present(model.graph.value('w')?.weight, 'w').replace(
      float32Tensor([4, 2, 1, 1], [1, 2, Number.NaN, 4, 5, 6, 7, 8]),
    );
    const run = l1.create(half, all).run(model, testContext());
    await expect(run).rejects.toThrow(StepError);
    await expect(run).rejects.toMatchObject({ code: 'SCORE_NOT_FINITE', node: 'first', tensor: 'w' });
  });

  it('stops when cancelled', async () => {
    const context = { ...testContext(), signal: AbortSignal.abort() };
    await expect(l1.create(half, all).run(twoConvs(), context)).rejects.toThrow(CancelledError);
  });

  it('reports progress up to the end', async () => {
    const progress: (readonly [number, number])[] = [];
    await l1.create(half, all).run(twoConvs(), testContext([], progress));
    expect(progress.at(-1)).toEqual([1, 1]);
  });

  it('gives the same model for the same input', async () => {
    const dims = async () => {
      const { model } = await pruned(twoConvs(), exactly(0.3));
      return Promise.all(Array.from(model.weights(), async ({ tensor }) => [...(await readFloats(tensor))]));
    };
    expect(await dims()).toEqual(await dims());
  });
});
