import type { Diagnostic } from '@onnx-compress/core';
import type { BudgetRecord } from '../report/report.js';
import { speedupUncertain } from './messages.js';

/** A speedup that was measured, with its interval. */
export interface MeasuredSpeedup {
  readonly speedup: number;
  readonly interval: readonly [number, number];
  /** Differences below this part of 1 do not count. */
  readonly margin: number;
  /** The input size; absent where there is only one. */
  readonly label?: string;
}

/**
 * Whether a speedup misses the least one that is allowed: where its whole interval lies below the limit, or where it
 * lies below the limit itself by more than the margin.
 */
export function missesSpeedup(limit: number, { speedup, interval: [, high], margin }: MeasuredSpeedup): boolean {
  return high < limit || speedup < limit / (1 + margin);
}

/**
 * What to say of a limit that lies inside the interval: it is kept, so that noise alone fails no build, but not
 * certain. Undefined where it is certain.
 */
export function speedupDoubt(limit: number, measured: MeasuredSpeedup): Diagnostic | undefined {
  const { speedup, interval, label } = measured;
  if (missesSpeedup(limit, measured) || interval[0] >= limit) return undefined;
  return speedupUncertain(limit, speedup, interval, label);
}

/** The limit on the speedup, held against those of all input sizes; `actual` is the least one. */
export function speedupBudget(limit: number, speedups: readonly MeasuredSpeedup[]): BudgetRecord {
  const ratios = speedups.map(({ speedup }) => speedup);
  return {
    name: 'min-speedup',
    limit,
    actual: ratios.length === 0 ? null : Math.min(...ratios),
    ok: ratios.length > 0 && !speedups.some((measured) => missesSpeedup(limit, measured)),
  };
}
