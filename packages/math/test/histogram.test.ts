import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { histogram } from '../src/histogram.js';

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
