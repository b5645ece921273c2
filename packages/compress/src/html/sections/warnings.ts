import type { Diagnostic } from '@onnx-compress/core';
import { type Markup, markup } from '../page/markup.js';
import { drawList } from '../page/records.js';
import type { ReportSection } from './subject.js';

/** Warnings with their codes. */
export function warningList(warnings: readonly Diagnostic[]): Markup | undefined {
  if (warnings.length === 0) return undefined;
  return drawList(warnings.map(({ code, message }) => markup`${message} <code>${code}</code>`));
}

/** What the run warned of. */
export const warnings: ReportSection = {
  id: 'warnings',
  title: 'Warnings',
  render: ({ report }) => warningList(report.warnings),
};
