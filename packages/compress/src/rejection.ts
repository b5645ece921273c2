import { BudgetError, VerificationError } from '@onnx-compress/core';
import type { RejectionText } from './messages.js';
import type { Report } from './report/report.js';

/** The result is unsound; the report says where. */
export class UnsoundResultError extends VerificationError {
  constructor(
    { code, message, hint }: RejectionText,
    readonly report: Report,
  ) {
    super(code, message, { hint });
  }
}

/** The result is sound and misses a budget; the report has all figures. */
export class MissedBudgetError extends BudgetError {
  constructor(
    { code, message, hint }: RejectionText,
    readonly report: Report,
  ) {
    super(code, message, { hint });
  }
}

/** The report of a run whose result was rejected; undefined for every other error. */
export function reportOf(error: unknown): Report | undefined {
  return error instanceof UnsoundResultError || error instanceof MissedBudgetError ? error.report : undefined;
}
