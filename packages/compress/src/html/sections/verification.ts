import { formatCosine, formatNumberOf, formatPart } from '../../render/quantities.js';
import type { OutputRecord, Report, VerificationRecord } from '../../report/report.js';
import { type Markup, markup } from '../page/markup.js';
import { drawList, drawRecord } from '../page/records.js';
import { drawTable, type Table } from '../page/table.js';
import type { ReportSection } from './subject.js';

const error = (value: number) =>
  value === 0 || (value >= 0.001 && value < 1000) ? String(Number(value.toPrecision(3))) : value.toExponential(2);

const outputRow = ({ name, cosine, snrDb, maxAbsError, agreement }: OutputRecord): Table['rows'][number] => [
  name,
  cosine,
  snrDb ?? (cosine === null ? null : markup`identical`),
  maxAbsError,
  agreement ?? null,
];

function outputTable(outputs: readonly OutputRecord[]): Markup | undefined {
  if (outputs.length === 0) return undefined;
  const columns = [
    { label: 'output' },
    { label: 'cosine', format: formatCosine },
    { label: 'signal to noise', format: (value: number) => `${value.toFixed(1)} dB` },
    { label: 'largest error', format: error },
    { label: 'same top class', format: formatPart },
  ];
  return drawTable({ caption: 'Outputs of the result against the original', columns, rows: outputs.map(outputRow) });
}

function method({ inputs, optimizationLevels }: VerificationRecord): string {
  const dims = Object.entries(inputs.dims).map(([name, value]) => `${name} = ${value}`);
  const sizes = dims.length === 0 ? '' : `, with ${dims.join(', ')}`;
  const levels = optimizationLevels.length === 0 ? '' : ` with optimizations ${optimizationLevels.join(' and ')}`;
  return `Both models were run in onnxruntime${levels} on ${formatNumberOf(inputs.count, `${inputs.source} input`)}${sizes}.`;
}

function scores({ score }: Report): Markup | undefined {
  if (score === undefined) return undefined;
  return drawRecord([["the caller's own score", `${score.before} before, ${score.after} after`]]);
}

/** How like the original the result is, output by output. */
export const verification: ReportSection = {
  id: 'verification',
  title: 'Verification',
  render: ({ report }) => {
    const record = report.verification;
    if (record.status === 'off') return markup`<p>The result was not run: verification was switched off.</p>\n`;
    const reasons = record.reasons.length === 0 ? undefined : drawList(record.reasons);
    return markup`<p>${method(record)}</p>\n${reasons}${outputTable(record.outputs)}${scores(report)}`;
  },
};
