import { UsageError } from '@onnx-compress/core';

/** A stored report that cannot be read. */
export function reportNotFound(path: string, cause: unknown): UsageError {
  return new UsageError('REPORT_NOT_FOUND', `Cannot read the report ${path}`, {
    hint: 'Check the path; a report is written by --report FILE.json or printed by --json.',
    cause,
  });
}

/** A stored report that is no JSON. */
export function reportIsNoJson(path: string, problem: string): UsageError {
  return new UsageError('REPORT_IS_NO_JSON', `${path} is no JSON: ${problem.replaceAll(/\p{Cc}/gu, '?')}`, {
    hint: 'Write it with --report FILE.json, or redirect the output of --json.',
  });
}

/** JSON that does not follow the schema of a report. */
export function noReport(path: string, problem: string): UsageError {
  return new UsageError('REPORT_INVALID', `${path} is not a report: ${problem}`, {
    hint: 'See report.schema.json and measure.schema.json of the package onnx-compress.',
  });
}
