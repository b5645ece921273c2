import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  packInt4,
  packUint4,
  unpackFloat4e2m1,
  unpackInt2,
  unpackInt4,
  unpackUint2,
  unpackUint4,
} from '../src/low-bits.js';

describe('packed integers', () => {
  it('puts the first 4-bit value in the low nibble', () => {
    expect([...packInt4(Int8Array.of(1, -2, 7))]).toEqual([0xe1, 0x07]);
    expect([...packUint4(Uint8Array.of(1, 14, 15))]).toEqual([0xe1, 0x0f]);
  });

  it('reads 4-bit values with and without sign', () => {
    expect([...unpackInt4(Uint8Array.of(0xe1, 0x08), 3)]).toEqual([1, -2, -8]);
    expect([...unpackUint4(Uint8Array.of(0xe1, 0x08), 3)]).toEqual([1, 14, 8]);
  });

  it('reads 2-bit values, the first in the lowest bits', () => {
    expect([...unpackUint2(Uint8Array.of(0b11_10_01_00, 0b10), 5)]).toEqual([0, 1, 2, 3, 2]);
    expect([...unpackInt2(Uint8Array.of(0b11_10_01_00, 0b10), 5)]).toEqual([0, 1, -2, -1, -2]);
  });

  it('gives back what was packed', () => {
    const values = fc.array(fc.integer({ min: -8, max: 7 })).map((numbers) => Int8Array.from(numbers));
    fc.assert(fc.property(values, (ints) => expect(unpackInt4(packInt4(ints), ints.length)).toEqual(ints)));
  });

  it('refuses bytes of another length', () => {
    expect(() => unpackInt4(new Uint8Array(2), 5)).toThrow('4-bit values: expected 3 bytes, got 2');
    expect(() => unpackUint2(new Uint8Array(2), 4)).toThrow('2-bit values: expected 1 bytes, got 2');
  });
});

describe('unpackFloat4e2m1', () => {
  it('decodes all sixteen patterns', () => {
    const bytes = Uint8Array.of(0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe);
    const magnitudes = [0, 0.5, 1, 1.5, 2, 3, 4, 6];
    expect([...unpackFloat4e2m1(bytes, 16)]).toEqual([...magnitudes, ...magnitudes.map((value) => -value)]);
  });
});
