import { describe, expect, it } from '@jest/globals';
import { normPerChannel } from '../src/norms.js';

const rows = { outer: 1, channels: 2, inner: 2 };

describe('normPerChannel', () => {
  it('sums magnitudes for p = 1', () => {
    expect([...normPerChannel(Float32Array.of(1, -2, 0, 5), rows, 1)]).toEqual([3, 5]);
  });

  it('is the Euclidean length for p = 2', () => {
    expect([...normPerChannel(Float32Array.of(3, -4, 0, 5), rows, 2)]).toEqual([5, 5]);
  });

  it('is the largest magnitude for p = Infinity', () => {
    expect([...normPerChannel(Float32Array.of(3, -4, 0, 5), rows, Number.POSITIVE_INFINITY)]).toEqual([4, 5]);
  });

  it('computes other exponents', () => {
    const [cubic, single] = normPerChannel(Float32Array.of(1, -2, 0, 5), rows, 3);
    expect(cubic).toBeCloseTo(9 ** (1 / 3), 12);
    expect(single).toBeCloseTo(5, 12);
  });

  it('computes exponents below 1', () => {
    expect(normPerChannel(Float32Array.of(4, 9), { outer: 1, channels: 1, inner: 2 }, 0.5)[0]).toBeCloseTo(25, 10);
  });

  it('neither overflows nor vanishes for high exponents', () => {
    const layout = { outer: 1, channels: 2, inner: 1 };
    const [small, large] = normPerChannel(Float32Array.of(2 ** -100, 2 ** 100), layout, 300);
    expect(small).toBe(2 ** -100);
    expect(large).toBe(2 ** 100);
  });

  it.each([1, 2, 3, Number.POSITIVE_INFINITY])('keeps NaN and Infinity in their channels for p = %p', (p) => {
    const values = Float32Array.of(1, Number.NaN, Number.NEGATIVE_INFINITY, 2, 0, 0);
    expect([...normPerChannel(values, { outer: 1, channels: 3, inner: 2 }, p)]).toEqual([
      Number.NaN,
      Number.POSITIVE_INFINITY,
      0,
    ]);
  });

  it.each([1, 2, 3])('adds up channels that lie apart for p = %p', (p) => {
    const lastAxis = normPerChannel(Float32Array.of(1, 2, 3, 4, 5, 6), { outer: 3, channels: 2, inner: 1 }, p);
    const together = normPerChannel(Float32Array.of(1, 3, 5, 2, 4, 6), { outer: 1, channels: 2, inner: 3 }, p);
    for (const [channel, norm] of lastAxis.entries()) expect(norm).toBeCloseTo(together[channel] ?? Number.NaN, 12);
  });

  it.each([0, -1, Number.NaN])('refuses p = %p', (p) => {
    expect(() => normPerChannel(new Float32Array(4), rows, p)).toThrow('the exponent of a norm must be above 0');
  });
});
