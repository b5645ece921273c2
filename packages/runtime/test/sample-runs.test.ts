import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import {
  CancelledError,
  ChannelMoments,
  ChannelSums,
  type ChannelValue,
  type Feeds,
  ItemSummaries,
  type Observer,
  observe,
  Taps,
} from '@onnx-compress/core';
import { float32Tensor, int32Tensor, type Model, readFloats } from '@onnx-compress/graph';
import { buildModel } from '@onnx-compress/test-kit';
import { createSampleRuns } from '../src/evaluate/sample-runs.js';
import { createHost } from '../src/host/host.js';

const host = createHost('worker');
afterAll(() => host.close());
const runs = createSampleRuns(host);
const { signal } = new AbortController();

const feeds = (dims: readonly number[], values: readonly number[]): Feeds =>
  new Map([['x', float32Tensor(dims, values)]]);

async function* each(samples: readonly Feeds[]) {
  yield* samples;
}

/** `r = Relu(x)`, of which nothing but `y` leaves the model; `z` needs another weight. */
function relu(opset = 17): Model {
  return buildModel({
    opset,
    inputs: { x: ['float32', ['N', 2, 'L']] },
    outputs: ['y', 'z'],
    weights: { w: float32Tensor([1], [3]) },
    nodes: [
      { opType: 'Relu', inputs: ['x'], outputs: ['r'] },
      { opType: 'Neg', inputs: ['r'], outputs: ['y'] },
      { opType: 'Mul', inputs: ['x', 'w'], outputs: ['z'] },
    ],
  });
}

const observing = (model: Model, observers: readonly Observer[], samples: readonly Feeds[]) =>
  observe(model, observers, { runs, calibration: { count: samples.length, samples: () => each(samples) }, signal });

describe('sample runs', () => {
  const samples = [feeds([1, 2, 1], [1, -2]), feeds([1, 2, 2], [3, 4, -5, 6])];

  it('hand over the outputs of each sample in order', async () => {
    const seen: number[][] = [];
    await runs.run(
      relu(),
      each(samples),
      async (outputs, sample) => {
        const { y } = Object.fromEntries(outputs);
        seen[sample] = y === undefined ? [] : [...(await readFloats(y))].map(Math.abs);
      },
      signal,
    );
    expect(seen).toEqual([
      [1, 0],
      [3, 4, 0, 6],
    ]);
  });

  it('leave no file behind, whether they end well or not', async () => {
    const { TMPDIR } = process.env;
    const folder = await mkdtemp(join(tmpdir(), 'onnx-compress-test-'));
    process.env.TMPDIR = folder;
    try {
      await runs.run(relu(), each(samples), () => {}, signal);
      await expect(runs.run(relu(), each([new Map()]), () => {}, signal)).rejects.toThrow();
      expect(await readdir(folder)).toEqual([]);
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
      await rm(folder, { recursive: true });
    }
  });

  it('stop when cancelled, and when the observer fails', async () => {
    const cancelling = new AbortController();
    const cancelled = runs.run(relu(), each(samples), () => cancelling.abort(), cancelling.signal);
    await expect(cancelled).rejects.toThrow(CancelledError);
    const failing = runs.run(
      relu(),
      each(samples),
      () => {
        throw new RangeError('enough');
      },
      signal,
    );
    await expect(failing).rejects.toThrow('enough');
  });
});

describe('taps', () => {
  it('leave a copy that computes nothing but what they read', () => {
    const taps = new Taps(relu());
    const copy = taps.finish([taps.reduce('ReduceMax', taps.float('r'), [0])]);
    expect(copy.graph.nodes.map(({ opType }) => opType)).toEqual(['Relu', 'Cast', 'ReduceMax']);
    expect([...copy.weights()].map(({ tensor }) => tensor.dims)).toEqual([]);
    expect(copy.validate()).toEqual([]);
  });
});

describe('observers', () => {
  const value: ChannelValue = { name: 'r', rank: 3, axis: 1 };
  const samples = [feeds([1, 2, 1], [1, -2]), feeds([2, 2, 2], [3, 4, -5, 6, 0, 1, 1, -1])];
  // Channel 0: 1; 3, 4; 0, 1. Channel 1: 0; 0, 6; 1, 0.

  it.each([12, 13, 17, 18])(
    'count, add up and spread channels over samples of any size, at opset %d',
    async (opset) => {
      const sums = (['zeros', 'magnitudes', 'squares'] as const).map((summand) => new ChannelSums(value, summand));
      const moments = new ChannelMoments(value);
      await observing(relu(opset), [...sums, moments], samples);
      expect(sums.map((own) => [...own.sums])).toEqual([
        [1, 3],
        [9, 7],
        [27, 37],
      ]);
      expect(sums[0]?.count).toBe(5);
      expect([...moments.mean]).toEqual([9 / 5, 7 / 5].map((mean) => expect.closeTo(mean, 6)));
      expect([...moments.variance]).toEqual(
        [27 / 5 - (9 / 5) ** 2, 37 / 5 - (7 / 5) ** 2].map((variance) => expect.closeTo(variance, 5)),
      );
    },
  );

  it('keep the precision of small deviations from a large mean', async () => {
    const moments = new ChannelMoments(value);
    await observing(relu(), [moments], [feeds([1, 2, 2], [4096, 4097, 1, 1]), feeds([1, 2, 2], [4098, 4099, 1, 1])]);
    expect([...moments.variance]).toEqual([1.25, 0]);
  });

  it('summarise items, which axis 0 counts', async () => {
    const means: number[][] = [];
    const norms: number[][] = [];
    await observing(
      relu(),
      [
        new ItemSummaries(value, 'mean', (row) => means.push([...row])),
        new ItemSummaries(value, 'norm', (row) => norms.push([...row])),
      ],
      samples,
    );
    expect(means).toEqual([
      [1, 0],
      [3.5, 3],
      [0.5, 0.5],
    ]);
    expect(norms).toEqual([
      [1, 0],
      [5, 6],
      [1, 1],
    ]);
  });

  it('see one item where the channels are the first axis', async () => {
    const rows: number[][] = [];
    const first: ChannelValue = { name: 'r', rank: 3, axis: 0 };
    await observing(relu(), [new ItemSummaries(first, 'mean', (row) => rows.push([...row]))], samples.slice(1));
    expect(rows).toEqual([[13 / 4, 0.5].map((mean) => expect.closeTo(mean, 6))]);
  });

  it('read values of models with other inputs than floats', async () => {
    const model = buildModel({
      inputs: { ids: ['int32', ['N']] },
      outputs: ['y'],
      weights: { table: float32Tensor([3, 2], [1, -1, 2, 0, 3, 5]) },
      nodes: [{ opType: 'Gather', inputs: ['table', 'ids'], outputs: ['y'] }],
    });
    const sums = new ChannelSums({ name: 'y', rank: 2, axis: 1 }, 'zeros');
    await observing(model, [sums], [new Map([['ids', int32Tensor([3], [2, 1, 1])]])]);
    expect([...sums.sums]).toEqual([0, 2]);
  });
});
