import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '@onnx-compress/core';
import { float32Tensor, modelBytes, present, readFloats } from '@onnx-compress/graph';
import { signalToNoiseDb } from '@onnx-compress/math';
import { buildModel, randomValues, runModel } from '@onnx-compress/test-kit';
import { log2 } from '../src/codes/kinds/log2.js';
import { log2 as log2Scheme } from '../src/schemes/log2.js';
import { decodedFrom, transformed } from './support/coded.js';
import { optimizedOperators } from './support/optimized-operators.js';

const DIMS = [96, 40] as const;
const COUNT = 96 * 40;

async function rounded(values: Float32Array, bits: number, dims: readonly number[] = DIMS, channelAxis = 1) {
  const tools = { signal: new AbortController().signal, random: (name: string) => seededRandom(0, name) };
  const weight = await log2(bits).fit(values, { name: 'w', dims, channelAxis }, tools);
  if ('reason' in weight) throw new Error(weight.reason);
  return decodedFrom(weight, values);
}

const isPower = (value: number) => value === 0 || Number.isInteger(Math.log2(Math.abs(value)));

describe('powers of two', () => {
  it.each([2, 3, 4, 5, 8])(
    'of %d bits are zero or a power of two, in a row of as many as the bits reach',
    async (bits) => {
      const values = await rounded(randomValues(COUNT, bits), bits);
      expect(values.every(isPower)).toBe(true);
      for (let column = 0; column < 40; column++) {
        const exponents = [...values].flatMap((value, index) =>
          index % 40 === column && value !== 0 ? [Math.log2(Math.abs(value))] : [],
        );
        expect(Math.max(...exponents) - Math.min(...exponents)).toBeLessThan(2 ** (bits - 1) - 1);
      }
    },
  );

  it('are the nearest to each number: a third away at most, as long as the bits reach', async () => {
    const values = randomValues(COUNT, 7).map((value) => value + Math.sign(value) * 0.25);
    const restored = await rounded(values, 6);
    for (const [index, value] of values.entries()) {
      const power = restored[index] ?? 0;
      expect(Math.abs(power - value)).toBeLessThanOrEqual(Math.abs(value) / 3 + 1e-6);
      for (const other of [power / 2, power * 2]) {
        if (Math.abs(other) > 4) continue;
        expect(Math.abs(other - value)).toBeGreaterThanOrEqual(Math.abs(power - value) - 1e-6);
      }
    }
  });

  it('have their thresholds in the middle between two, at 1.5 times the lower one', async () => {
    const values = Float32Array.of(1.49, 1.51, -1.49, -1.51, 0.76, 0.74, 0, 2);
    expect(await rounded(values, 5, [8, 1])).toEqual(Float32Array.of(1, 2, -1, -2, 1, 0.5, 0, 2));
  });

  it('lose no more with more bits', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const values = randomValues(COUNT, seed).map((value) => value ** (seed % 2 === 0 ? 3 : 1));
      let before = 0;
      for (const bits of [2, 3, 4, 5, 6, 7, 8]) {
        const snr = signalToNoiseDb(values, await rounded(values, bits));
        expect(snr).toBeGreaterThanOrEqual(before);
        before = snr;
      }
    }
  });

  it('clip the largest numbers where that loses less', async () => {
    const values = new Float32Array(COUNT).fill(1);
    values[0] = 4;
    const restored = await rounded(values, 2, [COUNT, 1]);
    expect([restored[0], restored[1]]).toEqual([1, 1]);
  });

  it('stand for themselves, down to the smallest normal number and up to the largest', async () => {
    const values = Float32Array.of(2 ** -126, 2 ** -125, 0, -(2 ** -126), 2 ** 127, -(2 ** 126), 3e38, 2 ** 127);
    expect(await rounded(values, 5, [2, 4], 0)).toEqual(
      Float32Array.of(2 ** -126, 2 ** -125, 0, -(2 ** -126), 2 ** 127, -(2 ** 126), 2 ** 127, 2 ** 127),
    );
    const zeros = new Float32Array(8);
    expect(await rounded(zeros, 4, [2, 4], 0)).toEqual(zeros);
  });

  it('are the same in onnxruntime, which computes them when it loads the model', async () => {
    const values = randomValues(COUNT, 9);
    const original = buildModel({
      inputs: { x: ['float32', [1, 96]] },
      outputs: ['y'],
      weights: { w: float32Tensor(DIMS, values) },
      nodes: [{ opType: 'MatMul', name: 'layer', inputs: ['x', 'w'], outputs: ['y'] }],
    });
    const transform = log2Scheme.create(log2Scheme.options.parse({}), { include: [], skip: [] });
    const { model, changed } = await transformed(original, transform);
    expect(changed).toMatchObject([{ node: 'layer', scheme: 'log2', form: 'weight-only', weightBits: 4 }]);
    expect(await optimizedOperators(model)).toEqual(['MatMul']);
    const weight = present(model.graph.nodes.at(-1)?.input(1), 'weight');
    model.graph.addOutput(weight);
    const outputs = await runModel(await modelBytes(model), { x: float32Tensor([1, 96], new Float32Array(96)) });
    expect(await readFloats(present(outputs.get(weight.name), 'weight'))).toEqual(await rounded(values, 4));
  });
});
