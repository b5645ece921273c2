import { describe, expect, it } from '@jest/globals';
import { getFloat16, setFloat16 } from '@petamoriken/float16';
import fc from 'fast-check';
import { float16ToFloat32, float32ToFloat16 } from '../src/half-float.js';

const view = new DataView(new ArrayBuffer(4));
const everyHalf = Uint16Array.from({ length: 0x10000 }, (_, half) => half);

function oracleValue(half: number): number {
  view.setUint16(0, half);
  return getFloat16(view, 0);
}

function oracleBits(value: number): number {
  setFloat16(view, 0, value);
  return view.getUint16(0);
}

function floatOfBits(bits: number): number {
  view.setUint32(0, bits);
  return view.getFloat32(0);
}

function bitsOf(value: number): number | undefined {
  return float32ToFloat16(Float32Array.of(value))[0];
}

describe('float16ToFloat32', () => {
  it('agrees with the oracle on all 65536 patterns', () => {
    const mismatches = [...float16ToFloat32(everyHalf).entries()].filter(
      ([half, value]) => !Object.is(value, oracleValue(half)),
    );
    expect(mismatches).toEqual([]);
  });

  it('knows the landmarks', () => {
    const landmarks = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x7c00, 0x8000);
    expect([...float16ToFloat32(landmarks)]).toEqual([1, -2, 65504, 2 ** -14, 2 ** -24, Number.POSITIVE_INFINITY, -0]);
  });
});

describe('float32ToFloat16', () => {
  it('gives every pattern back, NaN payloads included', () => {
    expect(float32ToFloat16(float16ToFloat32(everyHalf))).toEqual(everyHalf);
  });

  it('takes ties to even, in normals and subnormals', () => {
    expect(bitsOf(1 + 2 ** -11)).toBe(0x3c00);
    expect(bitsOf(1 + 3 * 2 ** -11)).toBe(0x3c02);
    expect(bitsOf(2 ** -25)).toBe(0);
    expect(bitsOf(2 ** -25 + 2 ** -40)).toBe(1);
    expect(bitsOf(3 * 2 ** -25)).toBe(2);
  });

  it('overflows to infinity from 65520 on', () => {
    expect(bitsOf(65519.996)).toBe(0x7bff);
    expect(bitsOf(65520)).toBe(0x7c00);
    expect(bitsOf(-1e30)).toBe(0xfc00);
  });

  it('keeps NaN even when its payload does not fit', () => {
    const halves = float32ToFloat16(new Float32Array(Uint32Array.of(0x7f800001, 0xffc00000).buffer));
    expect([...float16ToFloat32(halves)]).toEqual([Number.NaN, Number.NaN]);
  });

  it('agrees with the oracle on any float32', () => {
    const anyFloat = fc.integer({ min: 0, max: 0x7f800000 }).map(floatOfBits);
    fc.assert(
      fc.property(anyFloat, (value) => {
        expect(bitsOf(value)).toBe(oracleBits(value));
        expect(bitsOf(-value)).toBe(oracleBits(-value));
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees with the oracle around every half: both neighbours, and the middle to the next', () => {
    const positive = float16ToFloat32(everyHalf.subarray(0, 0x7c00));
    const probes = [...positive].flatMap((value, half) => {
      const middle = (value + oracleValue(half + 1)) / 2;
      return Number.isFinite(middle) ? [middle, middle * (1 - 2 ** -20), middle * (1 + 2 ** -20)] : [];
    });
    const rounded = float32ToFloat16(Float32Array.from(probes));
    expect([...rounded]).toEqual(probes.map((value) => oracleBits(Math.fround(value))));
  });
});
