import { describe, expect, it } from '@jest/globals';
import { randomValues } from '../src/random.js';
import { relativeError } from '../src/relative-error.js';

describe('relativeError', () => {
  it('divides the largest difference by the largest reference value', () => {
    expect(relativeError(Float32Array.of(1, -4, 2), Float32Array.of(1, -3, 2))).toBeCloseTo(0.25);
  });

  it('is zero for equal arrays, also where all values are zero', () => {
    expect(relativeError(new Float32Array(3), new Float32Array(3))).toBe(0);
  });

  it('does not hide a NaN or a missing value', () => {
    expect(relativeError(Float32Array.of(1, 2), Float32Array.of(1, Number.NaN))).toBeNaN();
    expect(() => relativeError(Float32Array.of(1, 2), Float32Array.of(1))).toThrow('2 reference values against 1');
  });
});

describe('randomValues', () => {
  it('repeats itself for the same seed only', () => {
    expect(randomValues(8, 3)).toEqual(randomValues(8, 3));
    expect(randomValues(8, 3)).not.toEqual(randomValues(8, 4));
  });

  it('is normally distributed with the deviation asked for', () => {
    const values = randomValues(20_000, 11, 2);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect(Math.sqrt(variance)).toBeCloseTo(2, 1);
  });
});
