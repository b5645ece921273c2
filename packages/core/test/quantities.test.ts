import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseByteSize, parseNumber } from '../src/spec/quantities.js';

describe('parseByteSize', () => {
  it.each([
    ['0', 0],
    ['123', 123],
    ['12B', 12],
    ['2kB', 2000],
    ['2MB', 2_000_000],
    ['2 GB', 2_000_000_000],
    ['1.5KiB', 1536],
    ['1.5MiB', 1_572_864],
    ['.5GiB', 536_870_912],
    ['4mb', 4_000_000],
  ])('reads %s', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
  });

  it.each(['', 'MB', '-1MB', '2M', '2TB', '1,5MB', '2MB!', '1e3', 'NaN', '99999999999GB'])('refuses "%s"', (text) => {
    expect(parseByteSize(text)).toBeUndefined();
  });
});

describe('parseNumber', () => {
  it('reads every finite number that JavaScript prints', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseNumber(String(value)) === value).toBe(true);
      }),
    );
  });

  it.each(['', ' ', '1,5', '0x10', '40%', 'Infinity', 'NaN', '1e999', '1_000', '--1', '.'])('refuses "%s"', (text) => {
    expect(parseNumber(text)).toBeUndefined();
  });
});
