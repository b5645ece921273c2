import { describe, expect, it } from '@jest/globals';
import { estimateRatio, verdictOf } from '../src/measure/estimate.js';
import { overallVerdict } from '../src/measure/overall-verdict.js';

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

describe('overallVerdict', () => {
  const better = estimateRatio(repeated(1.5), 0.02);
  const worse = estimateRatio(repeated(0.7), 0.02);
  const equal = estimateRatio([...repeated(0.999, 5), ...repeated(1.001, 5)], 0.02);
  const open = estimateRatio([...repeated(0.8, 5), ...repeated(1.3, 5)], 0.02);
  /** Better by itself, p = 22 / 1024: not enough for one of three. */
  const barely = estimateRatio([0.9, ...repeated(1.5, 9)], 0.02);

  it('is better or worse where one says so and none the contrary', () => {
    expect(overallVerdict([better])).toBe('better');
    expect(overallVerdict([better, equal, open])).toBe('better');
    expect(overallVerdict([equal, worse])).toBe('worse');
    expect(overallVerdict([better, worse])).toBe('inconclusive');
  });

  it('is equivalent only where all are', () => {
    expect(overallVerdict([equal, equal])).toBe('equivalent');
    expect(overallVerdict([equal, open])).toBe('inconclusive');
    expect(overallVerdict([])).toBe('inconclusive');
  });

  it('asks for more evidence the more sizes there are', () => {
    expect(barely.verdict).toBe('better');
    expect(overallVerdict([barely])).toBe('better');
    expect(overallVerdict([barely, open, open])).toBe('inconclusive');
    expect(overallVerdict([barely, better, better])).toBe('better');
  });
});
