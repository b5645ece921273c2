import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { histogram, typicalRange } from '../src/histogram.js';

describe('histogram', () => {
  it('counts the upper end in the last bin and bounds between bins upwards', () => {
    expect([...histogram(Float32Array.of(0, 0.25, 0.5, 1), 0, 1, 2)]).toEqual([2, 2]);
  });

  it('puts values outside into the nearest bin', () => {
    expect([...histogram(Float32Array.of(-9, 9), 0, 1, 4)]).toEqual([1, 0, 0, 1]);
  });

  it('counts every value once', () => {
    fc.assert(
      fc.property(
        fc.float32Array({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 1, max: 64 }),
        (values, bins) => {
          const counts = histogram(values, -1, 1, bins);
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
        },
      ),
    );
  });

  it.each([
    [1, 1, 4],
    [0, 1, 0],
    [Number.NaN, 1, 4],
  ])('refuses the range %d..%d in %d bins', (low, high, bins) => {
    expect(() => histogram(new Float32Array(1), low, high, bins)).toThrow(RangeError);
  });
});

describe('typicalRange', () => {
  it('is the largest absolute value where there is no outlier', () => {
    expect(typicalRange(Float32Array.of(-2, 1, 2, -1))).toBe(2);
  });

  it('is four root mean squares where an outlier would flatten the rest', () => {
    const values = new Float32Array(100).fill(1);
    values[0] = 30;
    expect(typicalRange(values)).toBeCloseTo(4 * Math.sqrt((99 + 900) / 100), 5);
  });

  it('is 1 where there is nothing to see', () => {
    expect(typicalRange(new Float32Array(3))).toBe(1);
    expect(typicalRange(new Float32Array(0))).toBe(1);
  });
});
