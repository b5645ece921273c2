import { describe, expect, it } from '@jest/globals';
import { UsageError } from '@onnx-compress/core';
import { checkBudgets, requireMeasurable } from '../src/budgets.js';
import { NOT_VERIFIED } from '../src/pipeline/verify.js';
import { sampleReport } from './support/sample-report.js';

const { before, after, verification } = sampleReport();
const measured = { before, after, verification, score: { before: 0.8, after: 0.75 } };

describe('budgets', () => {
  it('compares every limit that is set, and only those', () => {
    const budgets = { maxBytes: 12_400_000, maxRatio: 0.1, minCosine: 0.9, minSnr: 10, minAgreement: 0.9 };
    expect(checkBudgets(budgets, measured).map(({ name, ok }) => [name, ok])).toEqual([
      ['max-size', true],
      ['max-ratio', false],
      ['min-cosine', true],
      ['min-snr', false],
      ['min-agreement', true],
    ]);
    expect(checkBudgets({}, measured)).toEqual([]);
  });

  it("compares the caller's score with its own limits", () => {
    const [least, drop] = checkBudgets({ minScore: 0.76, maxScoreDrop: 0.06 }, measured);
    expect(least).toEqual({ name: 'min-score', limit: 0.76, actual: 0.75, ok: false });
    expect(drop?.ok).toBe(true);
  });

  it('counts identical outputs as any signal-to-noise ratio', () => {
    const identical = { ...verification, snrDb: null, cosine: 1 };
    const [budget] = checkBudgets({ minSnr: 100 }, { ...measured, verification: identical });
    expect(budget).toEqual({ name: 'min-snr', limit: 100, actual: null, ok: true });
  });

  it('counts what could not be measured as missed', () => {
    const { agreement: _agreement, ...withoutClasses } = verification;
    const limits = { minAgreement: 0.1, minSnr: -100 };
    const records = [
      ...checkBudgets({ minAgreement: 0.1 }, { ...measured, verification: withoutClasses }),
      ...checkBudgets(limits, { ...measured, verification: { ...NOT_VERIFIED, status: 'failed' } }),
    ];
    expect(records.map(({ ok }) => ok)).toEqual([false, false, false]);
  });

  it('refuses limits on figures that the run will not produce', () => {
    expect(() => requireMeasurable({ minCosine: 0.9 }, false, false)).toThrow(UsageError);
    expect(() => requireMeasurable({ maxScoreDrop: 0.1 }, true, false)).toThrow(/evaluate/);
    expect(() => requireMeasurable({ maxRatio: 0.3 }, false, false)).not.toThrow();
  });
});
