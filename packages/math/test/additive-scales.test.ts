import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { additiveScales, greedyScales, signedSums } from '../src/additive-scales.js';
import { sortValuesAtOnce } from '../src/sorted-values.js';

const VALUES = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -10, max: 10 }), {
  minLength: 1,
  maxLength: 40,
});

const sorted = (values: readonly number[]) => sortValuesAtOnce(Float32Array.from(values));
const energyOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value ** 2, 0);

function error(values: readonly number[], scales: ArrayLike<number>): number {
  const sums = [...signedSums(scales).sums];
  return values.reduce((total, value) => total + Math.min(...sums.map((sum) => (value - sum) ** 2)), 0);
}

/** What is left where each scale is added by the sign of what those before it leave. */
function greedyError(values: readonly number[], count: number): number {
  let rest = values;
  for (let j = 0; j < count; j++) {
    const scale = rest.reduce((sum, value) => sum + Math.abs(value), 0) / rest.length;
    rest = rest.map((value) => value - (value < 0 ? -scale : scale));
  }
  return energyOf(rest);
}

describe('additiveScales', () => {
  it('find the scales of numbers that are such sums', () => {
    expect([...additiveScales(sorted([-3, -1, 1, 3]), 2)]).toEqual([2, 1]);
    expect([...additiveScales(sorted([-7, -5, -3, -1, 1, 3, 5, 7]), 3)]).toEqual([4, 2, 1]);
  });

  it('lose no more with each scale more, and never more than greedy ones', () => {
    fc.assert(
      fc.property(VALUES, (values) => {
        const slack = 1e-6 * energyOf(values) + 1e-12;
        let last = energyOf(values);
        for (let count = 1; count <= 6; count++) {
          const own = error(values, additiveScales(sorted(values), count));
          expect(own).toBeLessThanOrEqual(last + slack);
          expect(own).toBeLessThanOrEqual(greedyError(values, count) + slack);
          last = own;
        }
      }),
      { numRuns: 60 },
    );
  });

  it('lose at least a third of the error of numbers with a density with each scale more', () => {
    const values = Array.from({ length: 2000 }, (_, index) => Math.tan(((index + 0.5) / 2000 - 0.5) * 2.5));
    const errors = [1, 2, 3, 4, 5, 6, 7, 8].map((count) => error(values, additiveScales(sorted(values), count)));
    for (const [index, own] of errors.slice(1).entries()) expect(own).toBeLessThan((errors[index] ?? 0) * (2 / 3));
  });

  it('come close to the best of all pairs of scales', () => {
    const values = Array.from({ length: 60 }, (_, index) => Math.sin(index * 1.7) ** 3 * 4);
    let least = Number.POSITIVE_INFINITY;
    for (let first = 0; first <= 4; first += 0.05) {
      for (let second = 0; second <= first; second += 0.05) least = Math.min(least, error(values, [first, second]));
    }
    expect(error(values, additiveScales(sorted(values), 2))).toBeLessThan(least * 1.02);
  });

  it('have sums that float32 adds exactly in any order', () => {
    fc.assert(
      fc.property(VALUES, fc.integer({ min: 1, max: 8 }), (values, count) => {
        const scales = additiveScales(sorted(values), count);
        const { sums, patterns } = signedSums(scales);
        expect([...sums]).toEqual([...sums.slice().sort()]);
        expect(new Set(patterns).size).toBe(2 ** count);
        for (const [rank, sum] of sums.entries()) {
          const pattern = patterns[rank] ?? 0;
          const terms = [...scales].map((scale, bit) => ((pattern >> bit) & 1 ? scale : -scale));
          for (const order of [terms, terms.slice().reverse(), terms.slice().sort((a, b) => a - b)]) {
            expect(order.reduce((total, term) => Math.fround(total + Math.fround(term)), 0)).toBe(sum);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are zeros for zeros, and for nothing', () => {
    expect([...additiveScales(sorted([0, 0]), 3), ...additiveScales(sorted([]), 2)]).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('greedyScales', () => {
  it('are the mean magnitudes of what is left', () => {
    fc.assert(
      fc.property(VALUES, fc.integer({ min: 1, max: 5 }), (values, count) => {
        const scales = greedyScales(sorted(values), count);
        let rest = [...Float32Array.from(values)];
        for (const scale of scales) {
          expect(scale).toBeCloseTo(rest.reduce((sum, value) => sum + Math.abs(value), 0) / rest.length, 5);
          rest = rest.map((value) => value - (value < 0 ? -scale : scale));
        }
      }),
    );
  });
});
