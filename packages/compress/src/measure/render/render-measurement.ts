import { basename } from 'node:path';
import type { BarStyle } from '../../render/bars.js';
import { budgetText } from '../../render/budget-text.js';
import { formatMs, formatRatio } from '../../render/measured-quantities.js';
import { formatBytes, formatLargeCount } from '../../render/quantities.js';
import type { MeasuredCase, MeasureReport } from '../measure-report.js';
import { disturbed } from '../messages.js';
import { caseRows, estimateLines, figureRow, headRow, type Paints } from './case-rows.js';
import { profileRows } from './profile-rows.js';
import { alignFigures, type Paint, type Row } from './table.js';

/** How a measurement is written. */
export interface MeasurementTextOptions {
  /** Shows every layer and the tails of the latency. */
  readonly verbose?: boolean;
  /** Marks what grew or got worse; the default leaves the text as it is. */
  readonly red?: Paint;
  /** Marks what got better. */
  readonly green?: Paint;
  /** How bars are drawn; default `ascii`. */
  readonly bars?: BarStyle;
}

const METRICS = { cpu: 'CPU time', latency: 'wall time' } as const;

const percent = (part: number) => `${Number((part * 100).toFixed(1))} %`;

/** First lines: what was measured, on what. */
function headLines({ before, after, settings, machine, onnxruntime, cases }: MeasureReport): readonly string[] {
  const { threads, runs } = settings;
  const models = [basename(after.path), ...(before === undefined ? [] : [`against ${basename(before.path)}`])].join(
    ' ',
  );
  const place = `onnxruntime ${onnxruntime.version}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, ${runs} runs`;
  const shared = cases.some(({ disturbance }) => disturbance.disturbed);
  return [...(shared ? [disturbed().message] : []), `${models}   ${place}, ${machine.cpuModel}`];
}

function sizeRows({ before, after }: MeasureReport, paints: Paints): readonly Row[] {
  return [
    figureRow('file', before?.fileBytes, after.fileBytes, formatBytes, paints),
    figureRow('weights', before?.weights, after.weights, formatLargeCount, paints),
    figureRow('parameters', before?.parameters, after.parameters, formatLargeCount, paints),
  ];
}

const blockRows = (measured: MeasuredCase, verbose: boolean, paints: Paints): readonly Row[] => [
  [{ text: measured.label }],
  ...caseRows(measured, verbose, paints),
];

/** Tables are aligned together; lines that are no rows follow the block they belong to. */
function figureLines(report: MeasureReport, verbose: boolean, paints: Paints): readonly string[] {
  const blocks = report.cases.map((measured) => blockRows(measured, verbose, paints));
  const head = [headRow(report.before !== undefined), ...sizeRows(report, paints)];
  const lines = [...alignFigures([...head, ...blocks.flat()])];
  const out = lines.splice(0, head.length);
  for (const [index, rows] of blocks.entries()) {
    const measured = report.cases[index];
    out.push(...lines.splice(0, rows.length), ...(measured === undefined ? [] : estimateLines(measured)));
  }
  return out;
}

function profileLines(
  { before, after, nodeTimes }: MeasureReport,
  verbose: boolean,
  style: BarStyle,
): readonly string[] {
  if (after.profile === undefined || nodeTimes === undefined) return [];
  const { rows, more } = profileRows(nodeTimes, before?.profile !== undefined, verbose, style);
  return [
    '',
    `Time by node, on one thread (${formatMs(after.profile.totalMs)} an inference with profiling on)`,
    ...alignFigures(rows),
    ...(more > 0 ? [`  and ${more} more (see --verbose)`] : []),
  ];
}

function selfCheckLines({ selfCheck, settings }: MeasureReport): readonly string[] {
  if (selfCheck === undefined) return [];
  const margin = `differences below ${percent(settings.margin)} do not count`;
  return [`self-check: a model against itself ${formatRatio(selfCheck)} ${selfCheck.verdict}; ${margin}`];
}

function verdictLines(
  { speedup, interval, verdict, settings, cases }: MeasureReport,
  paints: Paints,
): readonly string[] {
  if (speedup === undefined || interval === undefined || verdict === undefined) return [];
  const paint = { better: paints.green, worse: paints.red, equivalent: String, inconclusive: String }[verdict];
  const sizes = cases.length === 1 ? '' : ` over ${cases.length} input sizes`;
  const first = cases.length === 1 ? '' : 'at the first ';
  const ratio = `${first}${formatRatio({ ratio: speedup, interval })}`;
  const rule = `by ${METRICS[settings.metric]}, margin ${percent(settings.margin)}`;
  return ['', `verdict ${paint(verdict)}${sizes}   speedup ${ratio} ${rule}`];
}

function budgetLines({ budgets }: MeasureReport, red: Paint): readonly string[] {
  return budgets.map((budget) => {
    const line = `budget ${budget.name}   ${budgetText(budget)}   ${budget.ok ? 'ok' : 'MISSED'}`;
    return budget.ok ? line : red(line);
  });
}

/**
 * A measurement for a person: a table with a block for each input size, the time of each node, the verdict.
 * Estimates stand on lines of their own and say so. Pure; ends with a line break.
 */
export function renderMeasurement(report: MeasureReport, options: MeasurementTextOptions = {}): string {
  const { verbose = false, red = String, green = String, bars = 'ascii' } = options;
  const paints = { red, green };
  const lines = [
    ...headLines(report),
    ...selfCheckLines(report),
    ...figureLines(report, verbose, paints),
    ...profileLines(report, verbose, bars),
    ...verdictLines(report, paints),
    ...budgetLines(report, red),
  ];
  return `${lines.join('\n')}\n`;
}
