import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { absoluteMaxPerChannel } from '../src/absolute-max.js';
import { type ChannelLayout, channelLayout, wholeTensor } from '../src/layout.js';
import { quantizeSymmetric } from '../src/quantize.js';
import { quantizeLinear } from './quantize-linear-oracle.js';

const dims = [6, 5, 4];
const floats = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 120, maxLength: 120 });

function quantize(values: Float32Array, layout: ChannelLayout, scales: Float32Array): Int8Array {
  const target = new Int8Array(values.length);
  quantizeSymmetric(values, layout, scales, target);
  return target;
}

function scalesOf(values: Float32Array, layout: ChannelLayout): Float32Array {
  return absoluteMaxPerChannel(values, layout).map((largest) => Math.fround(largest / 127) || 1);
}

describe('quantizeSymmetric', () => {
  it('takes ties to even and saturates', () => {
    const values = Float32Array.of(0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 127.5, 1e30, -128.5, -1e30);
    const expected = [0, 2, 2, 0, -2, -2, 127, 127, -128, -128];
    expect([...quantize(values, wholeTensor(10), Float32Array.of(1))]).toEqual(expected);
  });

  it('saturates infinities and makes NaN 0', () => {
    const values = Float32Array.of(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN);
    expect([...quantize(values, wholeTensor(3), Float32Array.of(0.1))]).toEqual([127, -128, 0]);
    expect([...quantize(Float32Array.of(0), wholeTensor(1), Float32Array.of(0))]).toEqual([0]);
  });

  it('uses the scale of each channel in both layouts', () => {
    const values = Float32Array.of(1, 2, 3, 4);
    const scales = Float32Array.of(1, 0.5);
    expect([...quantize(values, { outer: 1, channels: 2, inner: 2 }, scales)]).toEqual([1, 2, 6, 8]);
    expect([...quantize(values, { outer: 2, channels: 2, inner: 1 }, scales)]).toEqual([1, 4, 3, 8]);
  });

  it.each([0, 1, 2])('equals QuantizeLinear of onnxruntime bit by bit along axis %d', async (axis) => {
    const layout = channelLayout(dims, axis);
    await fc.assert(
      fc.asyncProperty(floats, async (numbers) => {
        const values = Float32Array.from(numbers);
        const scales = scalesOf(values, layout);
        expect(quantize(values, layout, scales)).toEqual(await quantizeLinear(values, dims, scales, axis));
      }),
      { numRuns: 25 },
    );
  });

  it('equals QuantizeLinear of onnxruntime on 200 000 values per tensor, at and around every tie', async () => {
    const scale = Math.fround(0.0371);
    const ties = Array.from({ length: 280 }, (_, step) => (step - 140 + 0.5) * scale);
    const around = ties.flatMap((tie) => [tie, tie * (1 - 2 ** -23), tie * (1 + 2 ** -23)]);
    const sweep = Array.from({ length: 200_000 }, (_, step) => Math.sin(step) * 5);
    const values = Float32Array.from([...around, ...sweep]);
    const expected = await quantizeLinear(values, [values.length], Float32Array.of(scale), undefined);
    expect(quantize(values, wholeTensor(values.length), Float32Array.of(scale))).toEqual(expected);
  });

  it('equals QuantizeLinear of onnxruntime on exact ties, where every scale is a power of two', async () => {
    const values = Float32Array.from({ length: 4096 }, (_, step) => (step - 2048) / 16);
    const scales = Float32Array.of(0.125, 0.25, 0.5, 1);
    for (const [shape, axis] of [[[4, 1024], 0] as const, [[1024, 4], 1] as const]) {
      const expected = await quantizeLinear(values, shape, scales, axis);
      expect(quantize(values, channelLayout(shape, axis), scales)).toEqual(expected);
    }
  });

  it('refuses scales, targets and layouts of another size', () => {
    const values = new Float32Array(4);
    const layout = { outer: 1, channels: 2, inner: 2 };
    const target = new Int8Array(4);
    expect(() => quantizeSymmetric(values, layout, new Float32Array(1), target)).toThrow('scales: expected 2');
    expect(() => quantizeSymmetric(values, layout, new Float32Array(2), new Int8Array(3))).toThrow(
      'target: expected 4',
    );
    expect(() => quantizeSymmetric(values, wholeTensor(5), new Float32Array(1), target)).toThrow(
      'describes 5 elements',
    );
  });
});
