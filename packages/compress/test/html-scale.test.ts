import { describe, expect, it } from '@jest/globals';
import { scaleOf } from '../src/html/charts/scale.js';

const linear = (values: readonly number[]) => scaleOf({}, values, 5);
const logarithmic = (values: readonly number[]) => scaleOf({ scale: 'logarithmic' }, values, 5);

describe('a linear scale', () => {
  it('ends on round numbers around all values', () => {
    expect(linear([0.13, 0.97]).ticks).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(linear([-3, 41]).ticks).toEqual([-10, 0, 10, 20, 30, 40, 50]);
    expect(linear([1_200_000, 97_800_000]).ticks).toEqual([0, 2e7, 4e7, 6e7, 8e7, 1e8]);
  });

  it('places its ends at 0 and 1', () => {
    const { ticks, position } = linear([-3, 41]);
    expect([ticks[0] ?? 0, ticks.at(-1) ?? 0].map(position)).toEqual([0, 1]);
  });

  it('has room around a single value, and a range where there is none', () => {
    expect(linear([7]).position(7)).toBeCloseTo(0.5, 0);
    expect(linear([]).ticks).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(linear([0, 0]).ticks.length).toBeGreaterThan(1);
  });
});

describe('a logarithmic scale', () => {
  it('has ticks at powers of ten, thinned where they are many', () => {
    expect(logarithmic([1, 1000]).ticks).toEqual([1, 10, 100, 1000]);
    expect(logarithmic([1e-9, 1]).ticks.length).toBeLessThanOrEqual(5);
  });

  it('has ticks at 1, 2 and 5 within a decade', () => {
    expect(logarithmic([2, 30]).ticks).toEqual([2, 5, 10, 20]);
  });

  it('shows only what is above 0', () => {
    const { shows, position } = logarithmic([0, -1, 10, 1000]);
    expect([0, -1, Number.POSITIVE_INFINITY, 10].map(shows)).toEqual([false, false, false, true]);
    expect([10, 100, 1000].map(position)).toEqual([0, 0.5, 1]);
  });
});
