import { describe, expect, it } from '@jest/globals';
import type { Verdict } from '@onnx-compress/runtime';
import { checkBudgets, uncertainBudgets } from '../src/budgets.js';
import { speedupBudget } from '../src/measure/budget.js';
import { correctedVerdicts, leastRuns, overallVerdict } from '../src/measure/verdict.js';
import { sampleReport } from './support/sample-report.js';

const finding = (verdict: Verdict, ratio: number, runs = 10) => ({
  verdict,
  ratio,
  ratios: Array.from({ length: runs }, () => ratio),
});

describe('the verdict over several input sizes', () => {
  it('is that of one size where there is only one', () => {
    for (const verdict of ['better', 'worse', 'equivalent', 'inconclusive'] as const) {
      expect(overallVerdict([finding(verdict, verdict === 'worse' ? 0.5 : 1.5, 6)], 0.02)).toBe(verdict);
    }
  });

  it('drops a claim that does not survive the correction for their number', () => {
    const sizes = [finding('better', 1.5, 6), finding('inconclusive', 1, 6)];
    expect(correctedVerdicts(sizes)).toEqual(['inconclusive', 'inconclusive']);
    expect(overallVerdict([finding('better', 1.5, 7), finding('inconclusive', 1, 7)], 0.02)).toBe('better');
  });

  it('needs a few more runs for more sizes', () => {
    expect([1, 2, 3, 6, 25].map(leastRuns)).toEqual([6, 7, 7, 8, 10]);
  });

  it('is inconclusive where sizes point in different directions', () => {
    expect(overallVerdict([finding('better', 1.5), finding('worse', 0.7)], 0.02)).toBe('inconclusive');
    expect(overallVerdict([finding('better', 1.5), finding('inconclusive', 0.9)], 0.02)).toBe('inconclusive');
  });

  it('stays a claim where the other sizes do not deny it', () => {
    expect(overallVerdict([finding('equivalent', 0.99), finding('better', 1.5)], 0.02)).toBe('better');
    expect(overallVerdict([finding('inconclusive', 1.01), finding('worse', 0.5)], 0.02)).toBe('worse');
  });

  it('is equivalent only where all sizes are', () => {
    expect(overallVerdict([finding('equivalent', 1), finding('equivalent', 1.01)], 0.02)).toBe('equivalent');
    expect(overallVerdict([finding('equivalent', 1), finding('inconclusive', 1)], 0.02)).toBe('inconclusive');
  });
});

describe('the least speedup', () => {
  const latency = (speedup: number, low: number, high: number) => ({
    beforeMs: 10,
    afterMs: 10 / speedup,
    speedup,
    interval: [low, high] as const,
    verdict: 'inconclusive' as const,
    metric: 'cpu' as const,
    margin: 0.02,
    threads: 1,
    runs: 10,
  });
  const { before, after, verification } = sampleReport();
  const check = (limit: number, record: ReturnType<typeof latency>) => {
    const [budget] = checkBudgets(
      { minSpeedup: limit },
      { before, after, verification, score: undefined, latency: record },
    );
    const doubts = uncertainBudgets({ minSpeedup: limit }, record);
    return [budget?.ok, doubts.length];
  };

  it('is kept where the whole interval is above it', () => {
    expect(check(1.5, latency(1.8, 1.6, 2))).toEqual([true, 0]);
  });

  it('is kept with a warning where it lies inside the interval', () => {
    expect(check(1.5, latency(1.6, 1.4, 1.9))).toEqual([true, 1]);
    expect(check(1, latency(0.99, 0.97, 1.03))).toEqual([true, 1]);
  });

  it('is missed where the interval ends below it, or the speedup lies below it by more than the margin', () => {
    expect(check(1.5, latency(1.48, 1.47, 1.49))).toEqual([false, 0]);
    expect(check(1, latency(0.9, 0.7, 1.2))).toEqual([false, 0]);
  });

  it('is missed where nothing was measured', () => {
    expect(checkBudgets({ minSpeedup: 1 }, { before, after, verification, score: undefined })).toEqual([
      { name: 'min-speedup', limit: 1, actual: null, ok: false },
    ]);
  });

  it('counts for every input size; the report has the least', () => {
    const of = (speedup: number) => ({ speedup, interval: [speedup, speedup] as const, margin: 0.02 });
    expect(speedupBudget(1.5, [of(2), of(1.2)])).toEqual({ name: 'min-speedup', limit: 1.5, actual: 1.2, ok: false });
    expect(speedupBudget(1.1, [of(2), of(1.2)]).ok).toBe(true);
  });
});
