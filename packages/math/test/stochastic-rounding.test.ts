import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { roundStochastically, uniformAt } from '../src/stochastic-rounding.js';

const COUNT = 40_000;

/** Standard errors that a mean of random numbers leaves by chance once in 1e9 times. */
const FAR = 6.1;

function uniforms(seed: number): Float64Array {
  return Float64Array.from({ length: COUNT }, (_, index) => uniformAt(seed, index));
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

function correlation(a: Float64Array, b: Float64Array): number {
  return 12 * mean(a.map((value, index) => (value - 0.5) * ((b[index] ?? 0) - 0.5)));
}

describe('uniformAt', () => {
  it('gives numbers in [0, 1) that are the same whenever they are asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 2 ** 31 }), (seed, index) => {
        const uniform = uniformAt(seed, index);
        expect(uniform).toBeGreaterThanOrEqual(0);
        expect(uniform).toBeLessThan(1);
        expect(uniformAt(seed, index)).toBe(uniform);
      }),
    );
  });

  it.each([0, 1, 2, 12345, 2 ** 32 - 1])('fills 100 bins evenly with seed %p', (seed) => {
    const bins = new Float64Array(100);
    for (const uniform of uniforms(seed)) {
      const bin = Math.floor(uniform * bins.length);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    const chiSquared = bins.reduce((sum, count) => sum + (count - COUNT / 100) ** 2 / (COUNT / 100), 0);
    // 99 degrees of freedom: beyond 180 by chance once in a million times, and as seldom below 45.
    expect(chiSquared).toBeGreaterThan(45);
    expect(chiSquared).toBeLessThan(180);
  });

  it('does not follow neighbours in the sequence, nor sequences of other seeds', () => {
    for (const seed of [0, 7, 4242]) {
      const own = uniforms(seed);
      const others = [
        uniforms(seed + 1),
        uniforms(seed ^ 0x80000000),
        own.map((_, index) => uniformAt(seed, index + 1)),
      ];
      for (const other of others) expect(Math.abs(correlation(own, other)) * Math.sqrt(COUNT)).toBeLessThan(FAR);
    }
  });
});

describe('roundStochastically', () => {
  it('goes to the integer below or above, and leaves integers alone', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1000, max: 1000, noNaN: true }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (value, uniform) => {
          expect([Math.floor(value), Math.ceil(value)]).toContain(roundStochastically(value, uniform) + 0);
          expect(roundStochastically(Math.round(value), uniform)).toBe(Math.round(value));
        },
      ),
    );
  });

  it.each([-3.9, -0.5, 0.001, 0.25, 7.5])('has the mean %p, whatever the seed', (value) => {
    const fraction = value - Math.floor(value);
    const deviation = Math.sqrt((fraction * (1 - fraction)) / COUNT);
    for (const seed of [1, 2, 3, 4, 5]) {
      const rounded = uniforms(seed).map((uniform) => roundStochastically(value, uniform));
      expect(Math.abs(mean(rounded) - value)).toBeLessThan(FAR * deviation);
    }
  });

  it('returns NaN and infinities as they are', () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    expect(values.map((value) => roundStochastically(value, 0.5))).toEqual(values);
  });
});
