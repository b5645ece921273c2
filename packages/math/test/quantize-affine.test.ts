import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type ChannelLayout, channelLayout, wholeTensor } from '../src/layout.js';
import { type AffineParameters, dequantizeAffine, quantizeAffine } from '../src/quantize-affine.js';
import { affineOracle } from './affine-oracle.js';

const dims = [6, 5, 4];

const parametersOf = (channels: number) =>
  fc.record({
    scales: fc
      .array(fc.float({ min: Math.fround(1e-3), max: 8, noNaN: true }), { minLength: channels, maxLength: channels })
      .map((scales) => Float32Array.from(scales)),
    zeroPoints: fc
      .array(fc.integer({ min: 0, max: 255 }), { minLength: channels, maxLength: channels })
      .map((zeroPoints) => Uint8Array.from(zeroPoints)),
  });

function quantize(values: Float32Array, layout: ChannelLayout, parameters: AffineParameters): Uint8Array {
  const target = new Uint8Array(values.length);
  quantizeAffine(values, layout, parameters, target);
  return target;
}

function dequantize(integers: Uint8Array, layout: ChannelLayout, parameters: AffineParameters): Float32Array {
  const target = new Float32Array(integers.length);
  dequantizeAffine(integers, layout, parameters, target);
  return target;
}

const single = (scale: number, zeroPoint: number): AffineParameters => ({
  scales: Float32Array.of(scale),
  zeroPoints: Uint8Array.of(zeroPoint),
});

/** What onnxruntime computes with QuantizeLinear, and with DequantizeLinear behind it. */
async function roundTrip(values: Float32Array, shape: readonly number[], parameters: AffineParameters, axis?: number) {
  const session = await InferenceSession.create(affineOracle(shape.length, parameters, axis));
  const { integers, floats } = await session.run({ x: new Tensor('float32', values, shape) });
  await session.release();
  if (!(integers?.data instanceof Uint8Array && floats?.data instanceof Float32Array)) throw new Error('wrong types');
  return { integers: Uint8Array.from(integers.data), floats: Float32Array.from(floats.data) };
}

describe('quantizeAffine', () => {
  it('takes ties to even before it adds the zero point, and saturates', () => {
    const values = Float32Array.of(0.5, 1.5, 2.5, -0.5, -1.5, 1e30, -1e30);
    expect([...quantize(values, wholeTensor(7), single(1, 3))]).toEqual([3, 5, 5, 3, 1, 255, 0]);
  });

  it('saturates infinities and makes NaN the zero point', () => {
    const values = Float32Array.of(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN);
    expect([...quantize(values, wholeTensor(3), single(0.1, 7))]).toEqual([255, 0, 7]);
  });

  it.each([0, 1, 2])('equals onnxruntime bit by bit there and back along axis %d', async (axis) => {
    const layout = channelLayout(dims, axis);
    const floats = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -2000, max: 2000 }), {
      minLength: 120,
      maxLength: 120,
    });
    await fc.assert(
      fc.asyncProperty(floats, parametersOf(layout.channels), async (numbers, parameters) => {
        const values = Float32Array.from(numbers);
        const expected = await roundTrip(values, dims, parameters, axis);
        const integers = quantize(values, layout, parameters);
        expect(integers).toEqual(expected.integers);
        expect(dequantize(integers, layout, parameters)).toEqual(expected.floats);
      }),
      { numRuns: 25 },
    );
  });

  it('equals onnxruntime at and around every tie', async () => {
    const [scale, zeroPoint] = [Math.fround(0.0371), 100];
    const ties = Array.from({ length: 280 }, (_, step) => (step - 110 + 0.5) * scale);
    const around = ties.flatMap((tie) => [tie, tie * (1 - 2 ** -23), tie * (1 + 2 ** -23)]);
    const exact = Array.from({ length: 600 }, (_, step) => (step - 300) / 2);
    for (const [numbers, step] of [[around, scale] as const, [exact, 1] as const]) {
      const values = Float32Array.from(numbers);
      const expected = await roundTrip(values, [values.length], single(step, zeroPoint));
      expect(quantize(values, wholeTensor(values.length), single(step, zeroPoint))).toEqual(expected.integers);
    }
  });

  it('loses at most half a step of what lies in the range', () => {
    const within = fc.record({
      scale: fc.float({ min: Math.fround(1e-6), max: 1e6, noNaN: true }),
      zeroPoint: fc.nat(255),
    });
    fc.assert(
      fc.property(within, fc.array(fc.double({ min: 0, max: 255, noNaN: true })), ({ scale, zeroPoint }, positions) => {
        const values = Float32Array.from(positions, (position) => (position - zeroPoint) * scale);
        const layout = wholeTensor(values.length);
        const back = dequantize(quantize(values, layout, single(scale, zeroPoint)), layout, single(scale, zeroPoint));
        for (const [index, value] of values.entries()) {
          expect(Math.abs(value - (back[index] ?? 0))).toBeLessThanOrEqual(scale * (0.5 + 2 ** -15));
        }
      }),
    );
  });

  it('refuses parameters, targets and layouts of another size', () => {
    const values = new Float32Array(4);
    const layout = { outer: 1, channels: 2, inner: 2 };
    const target = new Uint8Array(4);
    expect(() => quantizeAffine(values, layout, single(1, 0), target)).toThrow('scales: expected 2');
    const fewZeros = { scales: new Float32Array(2), zeroPoints: new Uint8Array(1) };
    expect(() => quantizeAffine(values, layout, fewZeros, target)).toThrow('zero points: expected 2');
    expect(() => dequantizeAffine(target, wholeTensor(4), single(1, 0), new Float32Array(3))).toThrow(
      'target: expected 4',
    );
    expect(() => dequantizeAffine(target, wholeTensor(5), single(1, 0), values)).toThrow('describes 5 elements');
  });
});
