import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '@onnx-compress/core';
import { float32Tensor, type Model, modelBytes, present, readFloats, type Tensor } from '@onnx-compress/graph';
import { channelLayout, signalToNoiseDb } from '@onnx-compress/math';
import { buildModel, randomValues, runModel } from '@onnx-compress/test-kit';
import { codebook, type TableGranularity } from '../src/codes/kinds/codebook/codebook.js';
import type { CodedWeight } from '../src/codes/weight-code.js';
import { codebook as codebookScheme } from '../src/schemes/codebook.js';
import { coded, decodedFrom, transformed } from './support/coded.js';
import { optimizedOperators } from './support/optimized-operators.js';

const GRANULARITIES: readonly TableGranularity[] = ['tensor', 'shared', 'channel'];
const DIMS = [24, 8, 3, 3] as const;
const COUNT = 24 * 72;

/** Channels of very different sizes, with a few large numbers. */
function weights(seed: number): Float32Array {
  const values = randomValues(COUNT, seed);
  return values.map((value, index) => value ** 3 * 2 ** ((Math.floor(index / 72) % 7) - 3));
}

async function fitted(values: Float32Array, size: number, granularity: TableGranularity): Promise<CodedWeight> {
  const tools = { signal: new AbortController().signal, random: (name: string) => seededRandom(0, name) };
  const weight = await codebook(size, granularity).fit(values, { name: 'w', dims: DIMS, channelAxis: 0 }, tools);
  if ('reason' in weight) throw new Error(weight.reason);
  return weight;
}

const snrOf = async (values: Float32Array, weight: CodedWeight) =>
  signalToNoiseDb(values, await decodedFrom(weight, values));

/** Uniform steps from minus to plus the largest number of a channel, an odd number of levels with zero in the middle. */
function uniform(values: Float32Array, levels: number): Float32Array {
  const { inner, channels } = channelLayout(DIMS, 0);
  const half = (levels - 1) / 2;
  return Float32Array.from({ length: values.length }, (_, index) => {
    const channel = Math.floor(index / inner) % channels;
    const largest = Math.max(...values.subarray(channel * inner, (channel + 1) * inner).map(Math.abs));
    const step = largest / half || 1;
    return Math.round((values[index] ?? 0) / step) * step;
  });
}

function conv(tensor: Tensor): Model {
  return buildModel({
    inputs: { x: ['float32', [1, 8, 5, 5]] },
    outputs: ['y'],
    weights: { w: tensor },
    nodes: [{ opType: 'Conv', name: 'layer', inputs: ['x', 'w'], outputs: ['y'] }],
  });
}

/** The weight of a convolution in onnxruntime: an output right in front of it. */
async function weightInRuntime(model: Model): Promise<Float32Array> {
  const clone = model.clone();
  const weight = present(clone.graph.nodes.find(({ name }) => name === 'layer')?.input(1), 'weight');
  clone.graph.addOutput(weight);
  const feeds = { x: float32Tensor([1, 8, 5, 5], new Float32Array(200)) };
  const outputs = await runModel(await modelBytes(clone), feeds);
  return readFloats(present(outputs.get(weight.name), weight.name));
}

describe('a codebook', () => {
  it.each(GRANULARITIES)(
    'per %s has in onnxruntime the numbers that were planned, to the last bit',
    async (granularity) => {
      const values = weights(1);
      const original = conv(float32Tensor(DIMS, values));
      const { model, changed } = await coded(original, codebook(8, granularity));
      expect(changed).toHaveLength(1);
      const weight = await fitted(values, 8, granularity);
      expect(await weightInRuntime(model)).toEqual(await decodedFrom(weight, values));
      expect(await optimizedOperators(model)).toEqual(await optimizedOperators(original));
    },
  );

  it.each(GRANULARITIES)('per %s loses less with more entries', async (granularity) => {
    const values = weights(2);
    const snrs = [];
    for (const size of [2, 3, 4, 8, 16, 32, 64])
      snrs.push(await snrOf(values, await fitted(values, size, granularity)));
    for (const [index, snr] of snrs.slice(1).entries()) expect(snr).toBeGreaterThan(snrs[index] ?? 0);
  });

  it('loses less than uniform steps with the same scales, whatever the numbers are', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const values = seed % 2 === 0 ? weights(seed) : randomValues(COUNT, seed);
      for (const size of [4, 8, 16]) {
        const steps = signalToNoiseDb(values, uniform(values, size - 1));
        expect(await snrOf(values, await fitted(values, size, 'shared'))).toBeGreaterThan(steps);
      }
    }
  });

  it('is exact for numbers that are few, and repeats entries that it does not need', async () => {
    const values = Float32Array.from({ length: COUNT }, (_, index) => [-0.75, 0.25, 1][index % 3] ?? 0);
    for (const granularity of ['tensor', 'channel'] as const) {
      const weight = await fitted(values, 16, granularity);
      expect(await decodedFrom(weight, values)).toEqual(values);
    }
  });

  it.each(GRANULARITIES)('per %s keeps the zeros of a pruned weight', async (granularity) => {
    const values = weights(3).map((value, index) => (index % 3 === 0 ? value : 0));
    const weight = await fitted(values, 16, granularity);
    const restored = await decodedFrom(weight, values);
    expect(values.every((value, index) => value !== 0 || restored[index] === 0)).toBe(true);
  });

  it.each(GRANULARITIES)('per %s restores weights and channels of zeros', async (granularity) => {
    const zeros = new Float32Array(COUNT);
    const none = await fitted(zeros, 16, granularity);
    expect((await decodedFrom(none, zeros)).every((value) => value === 0)).toBe(true);
    if (granularity === 'tensor') return;
    const values = weights(4).fill(0, 72, 144);
    const weight = await fitted(values, 16, granularity);
    const restored = (await decodedFrom(weight, values)).subarray(72, 144);
    expect(restored.every((value) => value === 0)).toBe(true);
  });

  it.each([
    [2, 1],
    [3, 2],
    [16, 4],
    [17, 5],
    [256, 8],
  ])('of %d entries takes %d bits a number', async (size, bits) => {
    expect((await fitted(weights(5), size, 'shared')).bits).toBe(bits);
  });

  it('is a scheme whose number of entries stands behind its name', async () => {
    const options = codebookScheme.options.parse({ k: 4 });
    const result = await transformed(
      conv(float32Tensor(DIMS, weights(6))),
      codebookScheme.create(options, { include: [], skip: [] }),
    );
    expect(codebookScheme.positional).toBe('k');
    expect(result.changed).toMatchObject([{ node: 'layer', scheme: 'codebook', form: 'weight-only', weightBits: 2 }]);
    expect(() => codebookScheme.options.parse({ k: 257 })).toThrow();
    expect(() => codebookScheme.options.parse({ k: 1 })).toThrow();
  });
});
