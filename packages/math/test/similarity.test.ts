import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  argMaxLast,
  argMaxOfChannels,
  cosineSimilarity,
  maxAbsoluteError,
  signalToNoiseDb,
} from '../src/similarity.js';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

describe('cosineSimilarity', () => {
  it('measures the angle, not the length', () => {
    expect(cosineSimilarity(Float32Array.of(3, 4), Float32Array.of(6, 8))).toBe(1);
    expect(cosineSimilarity(Float32Array.of(1, 0), Float32Array.of(0, 5))).toBe(0);
    expect(cosineSimilarity(Float32Array.of(1, 2), Float32Array.of(-1, -2))).toBe(-1);
    expect(cosineSimilarity(Float32Array.of(3, 4), Float32Array.of(4, 3))).toBeCloseTo(0.96, 12);
  });

  it('calls two zero vectors equal, and zero unlike anything else', () => {
    expect(cosineSimilarity(new Float32Array(2), new Float32Array(2))).toBe(1);
    expect(cosineSimilarity(new Float32Array(2), Float32Array.of(1, 2))).toBe(0);
  });

  it('shows NaN and Infinity', () => {
    expect(cosineSimilarity(Float32Array.of(1, nan), Float32Array.of(1, 1))).toBeNaN();
    expect(cosineSimilarity(new Float32Array(2), Float32Array.of(1, infinity))).toBeNaN();
  });

  it('is exactly 1 for any finite vector and itself', () => {
    const vector = fc.float32Array({ noNaN: true, noDefaultInfinity: true });
    fc.assert(fc.property(vector, (values) => cosineSimilarity(values, values) === 1));
  });

  it('refuses vectors of different lengths', () => {
    expect(() => cosineSimilarity(new Float32Array(2), new Float32Array(3))).toThrow(
      'second vector: expected 2 elements, got 3',
    );
  });
});

describe('signalToNoiseDb', () => {
  it('is ten times the logarithm of the power ratio', () => {
    expect(signalToNoiseDb(Float32Array.of(10, 0), Float32Array.of(10, 1))).toBeCloseTo(20, 12);
  });

  it('is infinite where nothing differs, minus infinite where only the reference is zero', () => {
    expect(signalToNoiseDb(Float32Array.of(1, 2), Float32Array.of(1, 2))).toBe(infinity);
    expect(signalToNoiseDb(Float32Array.of(0, 0), Float32Array.of(1, 0))).toBe(-infinity);
  });
});

describe('maxAbsoluteError', () => {
  it('finds the largest difference', () => {
    expect(maxAbsoluteError(Float32Array.of(1, 2, 3), Float32Array.of(1, 0, 4))).toBe(2);
    expect(maxAbsoluteError(Float32Array.of(1, nan), Float32Array.of(1, 2))).toBeNaN();
    expect(maxAbsoluteError(new Float32Array(0), new Float32Array(0))).toBe(0);
  });
});

describe('argMax', () => {
  it('names the winner of each row, the lowest on a tie', () => {
    expect([...argMaxLast(Float32Array.of(0, 5, 1, 7, 7, 2), 3)]).toEqual([1, 0]);
  });

  it('names the winning channel of each position', () => {
    const values = Float32Array.of(1, 9, 5, 2, 0, 0, 3, 4);
    expect([...argMaxOfChannels(values, { outer: 2, channels: 2, inner: 2 })]).toEqual([1, 0, 1, 1]);
  });

  it('never lets NaN win', () => {
    expect([...argMaxLast(Float32Array.of(nan, 1, nan, nan), 2)]).toEqual([1, 0]);
  });

  it('refuses rows of another length', () => {
    expect(() => argMaxLast(new Float32Array(5), 3)).toThrow('the channel layout describes 3 elements');
  });
});
