import type { Diagnostic } from '@onnx-compress/core';
import { missesSpeedup, speedupDoubt } from './measure/budget.js';
import { budgetNeedsEvaluate, budgetNeedsVerification } from './messages.js';
import type { BudgetRecord, LatencyRecord, ModelSize, ScoreRecord, VerificationRecord } from './report/report.js';

/** Limits that a result has to keep; a missed one fails the run and nothing is written. */
export interface Budgets {
  /** Largest file, in bytes, external data included. */
  readonly maxBytes?: number | undefined;
  /** Largest part of the input's bytes. */
  readonly maxRatio?: number | undefined;
  /** Smallest cosine of any output with the original. */
  readonly minCosine?: number | undefined;
  /** Smallest signal-to-noise ratio of any output, in dB. */
  readonly minSnr?: number | undefined;
  /** Smallest part of samples whose top class stays the same. */
  readonly minAgreement?: number | undefined;
  /** Smallest time of the original divided by the time of the result; makes the run measure it. */
  readonly minSpeedup?: number | undefined;
  /** Smallest value that the caller's `evaluate` may return for the result. */
  readonly minScore?: number | undefined;
  /** Largest fall of the caller's `evaluate` from original to result. */
  readonly maxScoreDrop?: number | undefined;
}

/** What budgets are compared with. */
export interface Measured {
  readonly before: Pick<ModelSize, 'fileBytes'>;
  readonly after: Pick<ModelSize, 'fileBytes'>;
  readonly verification: VerificationRecord;
  readonly score: ScoreRecord | undefined;
  readonly latency?: LatencyRecord | undefined;
}

interface BudgetRule {
  readonly key: keyof Budgets;
  /** Name in the report and of the command line flag. */
  readonly name: string;
  readonly bound: 'at most' | 'at least';
  readonly needs: 'size' | 'verification' | 'score' | 'latency';
  /** Null where it was not measured. */
  readonly actual: (measured: Measured) => number | null;
}

const snr = ({ verification }: Measured) =>
  verification.snrDb ?? (verification.cosine === null ? null : Number.POSITIVE_INFINITY);

const RULES: readonly BudgetRule[] = [
  { key: 'maxBytes', name: 'max-size', bound: 'at most', needs: 'size', actual: ({ after }) => after.fileBytes },
  {
    key: 'maxRatio',
    name: 'max-ratio',
    bound: 'at most',
    needs: 'size',
    actual: ({ before, after }) => after.fileBytes / before.fileBytes,
  },
  {
    key: 'minCosine',
    name: 'min-cosine',
    bound: 'at least',
    needs: 'verification',
    actual: ({ verification }) => verification.cosine,
  },
  { key: 'minSnr', name: 'min-snr', bound: 'at least', needs: 'verification', actual: snr },
  {
    key: 'minAgreement',
    name: 'min-agreement',
    bound: 'at least',
    needs: 'verification',
    actual: ({ verification }) => verification.agreement ?? null,
  },
  {
    key: 'minSpeedup',
    name: 'min-speedup',
    bound: 'at least',
    needs: 'latency',
    actual: ({ latency }) => latency?.speedup ?? null,
  },
  {
    key: 'minScore',
    name: 'min-score',
    bound: 'at least',
    needs: 'score',
    actual: ({ score }) => score?.after ?? null,
  },
  {
    key: 'maxScoreDrop',
    name: 'max-score-drop',
    bound: 'at most',
    needs: 'score',
    actual: ({ score }) => (score === undefined ? null : score.before - score.after),
  },
];

/** A speedup has an interval, which decides as well: see `missesSpeedup`. */
function keeps({ needs, bound }: BudgetRule, actual: number, limit: number, { latency }: Measured): boolean {
  if (needs === 'latency') return latency !== undefined && !missesSpeedup(limit, latency);
  return bound === 'at most' ? actual <= limit : actual >= limit;
}

/**
 * Compares what was measured with every limit that is set, in a fixed order.
 * A limit whose quantity could not be measured counts as missed. An infinite figure (the signal-to-noise ratio of
 * identical outputs) is reported as null, for JSON has no infinity.
 */
export function checkBudgets(budgets: Budgets, measured: Measured): readonly BudgetRecord[] {
  return RULES.flatMap((rule) => {
    const { key, name, actual } = rule;
    const limit = budgets[key];
    if (limit === undefined) return [];
    const value = actual(measured);
    const ok = value !== null && keeps(rule, value, limit, measured);
    return [{ name, limit, actual: value !== null && Number.isFinite(value) ? value : null, ok }];
  });
}

/** What is not certain about limits that are kept: a speedup whose interval reaches below its limit. */
export function uncertainBudgets({ minSpeedup }: Budgets, latency: LatencyRecord | undefined): readonly Diagnostic[] {
  const doubt = minSpeedup === undefined || latency === undefined ? undefined : speedupDoubt(minSpeedup, latency);
  return doubt === undefined ? [] : [doubt];
}

/**
 * Refuses limits on figures that the run will not produce.
 *
 * @throws UsageError
 */
export function requireMeasurable(budgets: Budgets, verified: boolean, evaluated: boolean): void {
  for (const { key, name, needs } of RULES) {
    if (budgets[key] === undefined) continue;
    if (needs === 'verification' && !verified) throw budgetNeedsVerification(name);
    if (needs === 'score' && !evaluated) throw budgetNeedsEvaluate(name);
  }
}
