import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fairCoinAtMost } from '../src/statistics/binomial.js';
import { holm } from '../src/statistics/holm.js';
import { medianInterval } from '../src/statistics/median-interval.js';
import { median, quantile, quantiles } from '../src/statistics/quantile.js';
import { signTest } from '../src/statistics/sign-test.js';

const { NEGATIVE_INFINITY, POSITIVE_INFINITY } = Number;
const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), { minLength: 1 });

describe('quantile', () => {
  it('interpolates between the neighbours of position p (n - 1)', () => {
    expect(quantile([40, 10, 30, 20], 0)).toBe(10);
    expect(quantile([40, 10, 30, 20], 0.5)).toBe(25);
    expect(quantile([40, 10, 30, 20], 0.9)).toBeCloseTo(37, 12);
    expect(quantile([40, 10, 30, 20], 1)).toBe(40);
    expect(quantile([7], 0.3)).toBe(7);
  });

  it('gives several at once, in the order asked for', () => {
    expect(quantiles([1, 2, 3, 4, 5], [1, 0.25, 0])).toEqual([5, 2, 1]);
  });

  it('leaves the values as they are', () => {
    const values = Float64Array.of(3, 1, 2);
    expect(median(values)).toBe(2);
    expect([...values]).toEqual([3, 1, 2]);
  });

  it('is exact where neighbours are infinite', () => {
    expect(median([POSITIVE_INFINITY, POSITIVE_INFINITY, 1])).toBe(POSITIVE_INFINITY);
  });

  it('never leaves the range of the values and never falls as p grows', () => {
    const part = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(numbers, part, part, (values, p, q) => {
        const [low = 0, high = 0] = quantiles(values, [Math.min(p, q), Math.max(p, q)]);
        expect(low).toBeGreaterThanOrEqual(Math.min(...values));
        expect(high).toBeLessThanOrEqual(Math.max(...values));
        expect(high - low).toBeGreaterThanOrEqual(-1e-6);
      }),
    );
  });

  it('refuses no values and parts outside 0..1', () => {
    expect(() => median([])).toThrow('statistics need at least one value');
    expect(() => quantile([1], 1.1)).toThrow('a probability must lie between 0 and 1, got 1.1');
    expect(() => quantile([1], Number.NaN)).toThrow(RangeError);
  });
});

describe('fairCoinAtMost', () => {
  it('counts the outcomes of few tosses', () => {
    expect(fairCoinAtMost(-1, 4)).toBe(0);
    expect(fairCoinAtMost(0, 4)).toBeCloseTo(1 / 16, 14);
    expect(fairCoinAtMost(1, 4)).toBeCloseTo(5 / 16, 14);
    expect(fairCoinAtMost(4, 4)).toBeCloseTo(1, 12);
    expect(fairCoinAtMost(0, 0)).toBe(1);
  });

  it('does not underflow for many tosses', () => {
    expect(fairCoinAtMost(2000, 4001)).toBeCloseTo(0.5, 9);
  });
});

describe('medianInterval', () => {
  const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);

  it.each([
    [6, 1, 6, 1 - 2 / 64],
    [8, 1, 8, 1 - 2 / 256],
    [9, 2, 8, 1 - (2 * (1 + 9)) / 512],
    [10, 2, 9, 1 - (2 * (1 + 10)) / 1024],
    [12, 3, 10, 1 - (2 * (1 + 12 + 66)) / 4096],
    [20, 6, 15, 0.9586],
  ])('of %i values at 95 %% runs from value %i to value %i', (n, low, high, coverage) => {
    const interval = medianInterval(upTo(n).reverse(), 0.95);
    expect(interval).toMatchObject({ low, high });
    expect(interval.coverage).toBeCloseTo(coverage, 4);
  });

  it('is unbounded where the values are too few for the confidence', () => {
    const unbounded = { low: NEGATIVE_INFINITY, high: POSITIVE_INFINITY, coverage: 1 };
    expect(medianInterval([1, 2, 3, 4, 5], 0.95)).toEqual(unbounded);
    expect(medianInterval([], 0.95)).toEqual(unbounded);
  });

  it('leaves the true median out as seldom as it says, whatever the distribution', () => {
    // All orders of 10 values around 0 are as likely: enumerate their signs.
    const n = 10;
    let missed = 0;
    for (let signs = 0; signs < 2 ** n; signs++) {
      const values = upTo(n).map((size) => ((signs >> (size - 1)) & 1 ? size ** 3 : -1 / size));
      const { low, high } = medianInterval(values, 0.95);
      if (low > 0 || high < 0) missed++;
    }
    expect(1 - missed / 2 ** n).toBe(medianInterval(upTo(n), 0.95).coverage);
  });

  it('contains the median and lies within the values', () => {
    const several = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 6, maxLength: 60 });
    fc.assert(
      fc.property(several, (values) => {
        const { low, high, coverage } = medianInterval(values, 0.95);
        expect(low).toBeLessThanOrEqual(median(values));
        expect(high).toBeGreaterThanOrEqual(median(values));
        expect(values).toContain(low);
        expect(values).toContain(high);
        expect(coverage).toBeGreaterThanOrEqual(0.95);
      }),
    );
  });

  it('refuses a confidence that is no probability', () => {
    expect(() => medianInterval([1], 95)).toThrow('a probability must lie between 0 and 1, got 95');
  });
});

describe('signTest', () => {
  it('is the probability of signs as one-sided as these', () => {
    expect(signTest([1, 2, 3, 4, 5, 6])).toBeCloseTo(2 / 64, 14);
    expect(signTest([-1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toBeCloseTo(22 / 1024, 14);
    expect(signTest([-1, 1])).toBe(1);
  });

  it('leaves zeros out', () => {
    expect(signTest([0, 0, 1, 1])).toBeCloseTo(0.5, 14);
    expect(signTest([])).toBe(1);
    expect(signTest([0])).toBe(1);
  });

  it('agrees with the interval: one rejects 0 exactly where the other leaves it out', () => {
    const several = fc.array(
      fc.integer({ min: -9, max: 9 }).filter((value) => value !== 0),
      {
        minLength: 6,
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(several, (values) => {
        const { low, high } = medianInterval(values, 0.95);
        expect(signTest(values) <= 0.05).toBe(low > 0 || high < 0);
      }),
    );
  });
});

describe('holm', () => {
  it('multiplies the smallest by the number of tests, the next by one less, and never lets them fall', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    for (const [index, expected] of [0.03, 0.06, 0.06, 0.02].entries()) {
      expect(adjusted[index]).toBeCloseTo(expected, 12);
    }
  });

  it('stops at 1', () => {
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });

  it('lies between the p-values and those of Bonferroni, in the same order', () => {
    const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(pValues, (values) => {
        const adjusted = holm(values);
        for (const [index, p] of values.entries()) {
          const own = adjusted[index] ?? Number.NaN;
          expect(own).toBeGreaterThanOrEqual(p);
          expect(own).toBeLessThanOrEqual(Math.min(1, p * values.length));
          for (const [other, q] of values.entries()) if (q > p) expect(adjusted[other]).toBeGreaterThanOrEqual(own);
        }
      }),
    );
  });
});
