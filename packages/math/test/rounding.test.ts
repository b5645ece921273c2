import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { roundHalfToEven } from '../src/rounding.js';

describe('roundHalfToEven', () => {
  it('takes ties to the even neighbour', () => {
    expect([0.5, 1.5, 2.5, 3.5, -0.5, -1.5, -2.5].map(roundHalfToEven)).toEqual([0, 2, 2, 4, -0, -2, -2]);
  });

  it('takes everything else to the nearest', () => {
    expect([0.49999999999999994, 0.51, -1.2, 1.7].map(roundHalfToEven)).toEqual([0, 1, -1, 2]);
  });

  it('handles doubles beyond the reach of the shift', () => {
    expect(roundHalfToEven(2 ** 51 + 0.5)).toBe(2 ** 51);
    expect(roundHalfToEven(2 ** 51 + 1.5)).toBe(2 ** 51 + 2);
    expect(roundHalfToEven(-(2 ** 51) - 1.5)).toBe(-(2 ** 51) - 2);
    expect(roundHalfToEven(1e300)).toBe(1e300);
  });

  it('passes NaN and infinities through', () => {
    expect(roundHalfToEven(Number.NaN)).toBeNaN();
    expect(roundHalfToEven(Number.NEGATIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY);
  });

  it('lands on an integer at most half away, even on a tie', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        const rounded = roundHalfToEven(x);
        expect(Number.isInteger(rounded)).toBe(true);
        expect(Math.abs(rounded - x)).toBeLessThanOrEqual(0.5);
        if (Math.abs(rounded - x) === 0.5) expect(Math.abs(rounded % 2)).toBe(0);
      }),
    );
  });
});
