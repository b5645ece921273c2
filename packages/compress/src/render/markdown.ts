import { basename } from 'node:path';
import type { Report, VerificationRecord } from '../report/report.js';
import { budgetText } from './budget-text.js';
import {
  formatBytes,
  formatBytesChange,
  formatCosine,
  formatFactor,
  formatLargeCount,
  formatPercentChange,
} from './quantities.js';
import { stepNote, stepTitle } from './step-text.js';
import { verificationText, verificationTitle } from './verification-text.js';

const escapeCell = (cell: string) => cell.replaceAll('|', '\\|');

const tableRow = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [tableRow(head), tableRow(head.map(() => '---')), ...rows.map(tableRow)].join('\n');
}

function sizes({ before, after }: Report): string {
  const row = (name: string, from: number, to: number, show: (value: number) => string) => [
    name,
    show(from),
    show(to),
    formatPercentChange(from, to),
  ];
  return markdownTable(
    ['', 'before', 'after', 'change'],
    [
      row('file', before.fileBytes, after.fileBytes, formatBytes),
      row('parameters', before.parameters, after.parameters, formatLargeCount),
      row('multiply-accumulates', before.macs, after.macs, formatLargeCount),
      row('nodes', before.nodes, after.nodes, formatLargeCount),
    ],
  );
}

const steps = (report: Report) =>
  markdownTable(
    ['step', 'file', 'changed', 'skipped'],
    report.steps.map((step) => [
      `\`${stepTitle(step)}\``,
      formatBytesChange(step.bytesBefore, step.bytesAfter),
      stepNote(step),
      String(step.skipped.length),
    ]),
  );

const outputs = ({ outputs: records }: VerificationRecord) =>
  markdownTable(
    ['output', 'cosine', 'SNR', 'largest error'],
    records.map(({ name, cosine, snrDb, maxAbsError }) => [
      `\`${name}\``,
      cosine === null ? '' : formatCosine(cosine),
      snrDb === null ? '' : `${snrDb.toFixed(1)} dB`,
      maxAbsError === null ? '' : maxAbsError.toExponential(2),
    ]),
  );

const bullets = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join('\n');

/** The report as a Markdown page. Pure; ends with a line break. */
export function renderMarkdown(report: Report): string {
  const { before, after, input, verification, budgets, warnings, tool, onnxruntime, seed } = report;
  const name = input.path === null ? 'model' : basename(input.path);
  const sections = [
    `# ${name}: ${formatPercentChange(before.fileBytes, after.fileBytes)} (${formatFactor(before.fileBytes, after.fileBytes)})`,
    sizes(report),
    ...(report.steps.length === 0 ? [] : ['## Steps', steps(report)]),
    `## ${verificationTitle(verification)}`,
    verificationText(verification),
    ...(verification.outputs.length === 0 ? [] : [outputs(verification)]),
    ...(budgets.length === 0
      ? []
      : [
          '## Budgets',
          bullets(budgets.map((budget) => `${budget.ok ? 'ok' : 'MISSED'} ${budget.name}: ${budgetText(budget)}`)),
        ]),
    ...(warnings.length === 0 ? [] : ['## Warnings', bullets(warnings.map(({ message }) => message))]),
    `${tool.name} ${tool.version}, onnxruntime ${onnxruntime.version}, seed ${seed}`,
  ];
  return `${sections.join('\n\n')}\n`;
}
