import type { LayerRepair } from '@onnx-compress/core';
import type { StepRecord } from '../report/report.js';
import { escapeMarkdown, markdownCode, markdownFolded, markdownTable } from './markdown-text.js';
import { formatError, REPAIR_WORDS } from './repairs-text.js';
import { stepTitle } from './step-text.js';

const error = (value: number | undefined) => (value === undefined ? '' : formatError(value));

const row = ({ node, method, errorBefore, errorAfter, reason }: LayerRepair) => [
  markdownCode(node),
  method === undefined ? '' : REPAIR_WORDS[method],
  error(errorBefore),
  error(errorAfter),
  reason === undefined ? '' : escapeMarkdown(reason),
];

/** What became of the layers behind each step, as a folded table for each step that repaired any. Pure. */
export function markdownRepairs(steps: readonly StepRecord[]): readonly string[] {
  return steps.flatMap((step) => {
    const { repairs = [] } = step;
    if (repairs.length === 0) return [];
    const head = ['layer', 'repair', 'error before', 'error after', 'left as it was because'];
    return [markdownFolded(`Repairs of ${stepTitle(step)}`, markdownTable(head, repairs.map(row)))];
  });
}
