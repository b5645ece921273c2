import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RunningMoments } from '../src/index.js';

const finite = fc.double({ min: -1e3, max: 1e3, noNaN: true });

function direct(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, squares: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) };
}

describe('running moments', () => {
  it('are those worked out by hand', () => {
    const moments = new RunningMoments(2);
    moments.merge(1, [1, 5]);
    moments.merge(2, [4, 5], [2, 0]);
    expect([...moments.mean]).toEqual([3, 5]);
    expect([...moments.variance]).toEqual([(1 - 3) ** 2 / 3 + (0 + 4) / 3, 0].map((v) => expect.closeTo(v, 12)));
  });

  it('are 0 before the first value, and do not change with an empty part', () => {
    const moments = new RunningMoments(1);
    moments.merge(0, [7], [7]);
    expect([...moments.mean, ...moments.variance]).toEqual([0, 0]);
  });

  it('do not depend on how the values are cut into parts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(finite, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 }),
        (parts) => {
          const moments = new RunningMoments(1);
          for (const part of parts) {
            const { mean, squares } = direct(part);
            moments.merge(part.length, [mean], [squares]);
          }
          const all = parts.flat();
          const { mean, squares } = direct(all);
          expect(moments.mean[0]).toBeCloseTo(mean, 8);
          expect(moments.variance[0]).toBeCloseTo(squares / all.length, 6);
        },
      ),
    );
  });

  it('stay exact far from 0', () => {
    const moments = new RunningMoments(1);
    for (const value of [1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4]) moments.merge(1, [value]);
    expect(moments.variance[0]).toBe(1.25);
  });
});
