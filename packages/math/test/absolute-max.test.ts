import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { absoluteMax, absoluteMaxPerChannel, hasNonFinite } from '../src/absolute-max.js';

const finite = fc.float32Array({ noNaN: true, noDefaultInfinity: true, minLength: 24, maxLength: 24 });

describe('absoluteMax', () => {
  it('ignores the sign', () => {
    expect(absoluteMax(Float32Array.of(1, -3, 2))).toBe(3);
  });

  it('looks only at the given range', () => {
    expect(absoluteMax(Float32Array.of(9, 1, -2, 8), 1, 3)).toBe(2);
  });

  it('is 0 for an empty range', () => {
    expect(absoluteMax(new Float32Array(0))).toBe(0);
  });

  it('reports NaN wherever it stands, with either sign bit, before Infinity', () => {
    const negativeNaN = new Float32Array(Uint32Array.of(0xffc00000).buffer)[0] ?? 0;
    expect(absoluteMax(Float32Array.of(Number.NaN, 5))).toBeNaN();
    expect(absoluteMax(Float32Array.of(5, negativeNaN, Number.POSITIVE_INFINITY))).toBeNaN();
    expect(absoluteMax(Float32Array.of(5, Number.NEGATIVE_INFINITY))).toBe(Number.POSITIVE_INFINITY);
  });

  it('sees a range of a larger buffer, not its start', () => {
    expect(absoluteMax(Float32Array.of(100, 1, 2).subarray(1))).toBe(2);
  });

  it('equals the maximum of the magnitudes', () => {
    fc.assert(fc.property(finite, (values) => absoluteMax(values) === Math.max(...values.map(Math.abs))));
  });
});

describe('absoluteMaxPerChannel', () => {
  it('takes blocks of a channel-first layout', () => {
    const values = Float32Array.of(1, -2, 3, -4, 5, 0, 0, -6);
    expect([...absoluteMaxPerChannel(values, { outer: 2, channels: 2, inner: 2 })]).toEqual([5, 6]);
  });

  it('takes columns of a channel-last layout', () => {
    const values = Float32Array.of(1, -2, 3, 4, -9, 5, -7, 0, 0, 1, 0, 0);
    expect([...absoluteMaxPerChannel(values, { outer: 2, channels: 6, inner: 1 })]).toEqual([7, 2, 3, 4, 9, 5]);
  });

  it.each([
    { outer: 1, channels: 24, inner: 1 },
    { outer: 4, channels: 6, inner: 1 },
    { outer: 2, channels: 3, inner: 4 },
    { outer: 1, channels: 1, inner: 24 },
  ])('equals a plain loop for $outer x $channels x $inner', (layout) => {
    fc.assert(
      fc.property(finite, (values) => {
        const expected = new Array<number>(layout.channels).fill(0);
        for (const [position, value] of values.entries()) {
          const channel = Math.floor(position / layout.inner) % layout.channels;
          expected[channel] = Math.max(expected[channel] ?? 0, Math.abs(value));
        }
        expect([...absoluteMaxPerChannel(values, layout)]).toEqual(expected);
      }),
    );
  });

  it('reports NaN only for the channel that holds it', () => {
    const values = Float32Array.of(1, Number.NaN, 2, 3);
    expect([...absoluteMaxPerChannel(values, { outer: 2, channels: 2, inner: 1 })]).toEqual([2, Number.NaN]);
  });

  it('refuses a layout of another size', () => {
    expect(() => absoluteMaxPerChannel(new Float32Array(5), { outer: 1, channels: 2, inner: 2 })).toThrow(
      'the channel layout describes 4 elements, the values hold 5',
    );
  });
});

describe('hasNonFinite', () => {
  it('finds NaN and both infinities', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(hasNonFinite(Float32Array.of(0, value, 1))).toBe(true);
    }
  });

  it('accepts the largest and the smallest numbers', () => {
    expect(hasNonFinite(Float32Array.of(3.4028234663852886e38, -3.4e38, 1e-45, -0))).toBe(false);
  });
});
