import { describe, expect, it } from '@jest/globals';
import { bfloat16ToFloat32, float32ToBfloat16 } from '../src/bfloat16.js';

const everyPattern = Uint16Array.from({ length: 0x10000 }, (_, half) => half);

describe('bfloat16', () => {
  it('is the upper half of a float32', () => {
    const values = bfloat16ToFloat32(Uint16Array.of(0x3f80, 0xc000, 0x7f80, 0x0001));
    expect([...values]).toEqual([1, -2, Number.POSITIVE_INFINITY, 2 ** -133]);
  });

  it('gives every pattern back, NaN payloads included', () => {
    expect(float32ToBfloat16(bfloat16ToFloat32(everyPattern))).toEqual(everyPattern);
  });

  it('takes ties to even and the rest to the nearest', () => {
    const values = Float32Array.of(1 + 2 ** -8, 1 + 3 * 2 ** -8, 1 + 2 ** -8 + 2 ** -20, 3.4028234663852886e38);
    expect([...float32ToBfloat16(values)]).toEqual([0x3f80, 0x3f82, 0x3f81, 0x7f80]);
  });

  it('keeps NaN even when its payload does not fit', () => {
    const [half] = float32ToBfloat16(new Float32Array(Uint32Array.of(0x7f800001).buffer));
    expect(half).toBe(0x7fc0);
  });
});
