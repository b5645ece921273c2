import { describe, expect, it } from '@jest/globals';
import { estimateRatio, verdictOf } from '../src/measure/estimate.js';

const repeated = (ratio: number, count = 10): number[] => Array.from({ length: count }, () => ratio);

describe('verdictOf, margin 2 %', () => {
  it.each([
    ['better', 'the interval lies above 1 and the effect above the margin', 1.05, 1.03, 1.07],
    ['better', 'the interval excludes 1 by little', 1.03, 1.001, 1.06],
    ['worse', 'the interval lies below 1 and the effect beyond the margin', 0.95, 0.93, 0.97],
    ['inconclusive', 'a large effect whose interval holds 1', 1.5, 0.99, 2],
    ['inconclusive', 'a large slowdown whose interval holds 1', 0.6, 0.5, 1.01],
    ['inconclusive', 'an interval that excludes 1 around an effect within the margin', 1.019, 1.01, 1.05],
    ['inconclusive', 'an interval that is wider than the margin', 1, 0.97, 1.03],
    ['inconclusive', 'an unbounded interval', 2, 0, Number.POSITIVE_INFINITY],
    ['equivalent', 'an interval inside the margin', 1, 0.99, 1.01],
    ['equivalent', 'a small effect that excludes 1', 1.01, 1.005, 1.015],
    ['equivalent', 'an interval that ends at the margin', 1, 1 / 1.02, 1.02],
  ] as const)('is %s for %s', (verdict, _case, ratio, low, high) => {
    expect(verdictOf({ ratio, low, high }, 0.02)).toBe(verdict);
  });

  it('turns round with the models', () => {
    for (const [ratio, low, high] of [
      [1.05, 1.03, 1.07],
      [1.0201, 1.001, 1.06],
      [1.5, 0.99, 2],
    ] as const) {
      const mirror = { better: 'worse', worse: 'better', equivalent: 'equivalent', inconclusive: 'inconclusive' };
      const turned = verdictOf({ ratio: 1 / ratio, low: 1 / high, high: 1 / low }, 0.02);
      expect(turned).toBe(mirror[verdictOf({ ratio, low, high }, 0.02)]);
    }
  });
});

describe('estimateRatio', () => {
  it('takes the geometric middle and order statistics of the runs', () => {
    const estimate = estimateRatio([0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256], 0.02);
    expect(estimate.ratio).toBeCloseTo(Math.sqrt(8 * 16), 10);
    expect(estimate.low).toBeCloseTo(1, 12);
    expect(estimate.high).toBeCloseTo(128, 10);
    expect(estimate.coverage).toBeCloseTo(1 - 22 / 1024, 12);
  });

  it('says nothing of fewer than 6 runs', () => {
    expect(estimateRatio(repeated(2, 5), 0.02)).toMatchObject({
      verdict: 'inconclusive',
      low: 0,
      high: Number.POSITIVE_INFINITY,
    });
  });
});
