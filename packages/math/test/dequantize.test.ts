import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dequantizeSymmetric } from '../src/dequantize.js';
import { wholeTensor } from '../src/layout.js';
import { quantizeSymmetric } from '../src/quantize.js';

describe('dequantizeSymmetric', () => {
  it('multiplies by the scale of the channel', () => {
    const target = new Float32Array(8);
    const integers = Int8Array.of(1, 2, -3, 4, 5, 6, 7, -128);
    dequantizeSymmetric(integers, { outer: 2, channels: 2, inner: 2 }, Float32Array.of(0.5, 2), target);
    expect([...target]).toEqual([0.5, 1, -6, 8, 2.5, 3, 14, -256]);
  });

  it('comes back to within half a scale', () => {
    const value = fc.float({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), (values) => {
        const scale = Float32Array.of(1 / 127);
        const integers = new Int8Array(values.length);
        const restored = new Float32Array(values.length);
        quantizeSymmetric(Float32Array.from(values), wholeTensor(values.length), scale, integers);
        dequantizeSymmetric(integers, wholeTensor(values.length), scale, restored);
        for (const [index, original] of values.entries()) {
          expect(Math.abs((restored[index] ?? Number.NaN) - original)).toBeLessThanOrEqual(0.5001 / 127);
        }
      }),
    );
  });

  it('refuses lengths that do not fit', () => {
    expect(() =>
      dequantizeSymmetric(new Int8Array(2), wholeTensor(2), new Float32Array(2), new Float32Array(2)),
    ).toThrow(RangeError);
    expect(() =>
      dequantizeSymmetric(new Int8Array(2), wholeTensor(2), new Float32Array(1), new Float32Array(1)),
    ).toThrow(RangeError);
  });
});
