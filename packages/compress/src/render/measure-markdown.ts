import { basename } from 'node:path';
import type { MeasuredCase, MeasuredFigures, MeasureReport, RatioRecord } from '../measure/measure-report.js';
import { estimateLines } from '../measure/render/case-rows.js';
import { budgetText } from './budget-text.js';
import { escapeMarkdown, markdownCode, markdownFolded, markdownList, markdownTable } from './markdown-text.js';
import { formatEnergy } from './measured-quantities.js';
import { formatBytes, formatLargeCount, formatPart } from './quantities.js';

const milliseconds = (value: number) => `${Number(value.toPrecision(3))} ms`;

function ratioText({ ratio, interval: [low, high], verdict }: RatioRecord): string {
  return `${ratio.toFixed(2)}x (${low.toFixed(2)} to ${high.toFixed(2)}), ${verdict}`;
}

/** The whole measurement in one line. */
function verdictLine({ before, after, speedup, interval, verdict, settings }: MeasureReport): string {
  const name = `**${markdownCode(basename(after.path))}**`;
  const time = `${milliseconds(after.latencyMs.p50)} for one inference`;
  if (before === undefined || speedup === undefined) return `${name} ${time}`;
  const range = interval === undefined ? '' : ` (${interval.map((ratio) => ratio.toFixed(2)).join(' to ')})`;
  const metric = settings.metric === 'cpu' ? 'CPU time' : 'wall time';
  const outcome = verdict === undefined ? '' : `: **${verdict}**`;
  return `${name} ${time}, speedup ${speedup.toFixed(2)}x${range} over ${markdownCode(basename(before.path))} by ${metric}${outcome}`;
}

interface Row {
  readonly name: string;
  readonly value: (side: MeasureReport['after']) => number | undefined;
  readonly format: (value: number) => string;
}

const ROWS: readonly Row[] = [
  { name: 'latency, median', value: ({ latencyMs }) => latencyMs.p50, format: milliseconds },
  { name: 'latency, 99th percentile', value: ({ latencyMs }) => latencyMs.p99, format: milliseconds },
  { name: 'CPU time', value: ({ cpuMs }) => cpuMs, format: milliseconds },
  { name: 'peak memory', value: ({ memory }) => memory?.peakBytes, format: formatBytes },
  {
    name: 'energy of one inference',
    value: ({ energy }) => (energy?.kind === 'measured' ? energy.joules : undefined),
    format: formatEnergy,
  },
  { name: 'time to load', value: ({ loadMs }) => loadMs, format: milliseconds },
  { name: 'file', value: ({ fileBytes }) => fileBytes, format: formatBytes },
  { name: 'multiply-accumulates', value: ({ macs }) => macs, format: formatLargeCount },
];

function figures(report: MeasureReport): string {
  const { before, after } = report;
  const sides = before === undefined ? [after] : [before, after];
  const known = ROWS.filter(({ value }) => value(after) !== undefined);
  const cells = known.map(({ name, value, format }) => [
    name,
    ...sides.map((side) => {
      const number = value(side);
      return number === undefined ? '' : format(number);
    }),
  ]);
  return markdownTable(['', ...(before === undefined ? ['measured'] : ['before', 'after'])], cells);
}

function cases({ before, cases: measured }: MeasureReport): string {
  const time = (side: MeasuredFigures | undefined) => (side === undefined ? '' : milliseconds(side.latencyMs.p50));
  const ratio = (record: RatioRecord | undefined) => (record === undefined ? '' : ratioText(record));
  const compared = (each: MeasuredCase) => [time(each.before), time(each.after), ratio(each.cpu), ratio(each.latency)];
  const [head, cells] =
    before === undefined
      ? [['latency'], (each: MeasuredCase) => [time(each.after)]]
      : [['before', 'after', 'CPU time', 'wall time'], compared];
  const lines = measured.map((each) => [escapeMarkdown(each.label), ...cells(each)]);
  return markdownFolded('Input sizes', markdownTable(['input size', ...head], lines));
}

function foot({ tool, onnxruntime, settings, machine }: MeasureReport): string {
  const how = `${settings.runs} runs, threads ${settings.threads}, margin ${formatPart(settings.margin)}`;
  return `<sub>${tool.name} ${tool.version}, onnxruntime ${onnxruntime.version}, ${escapeMarkdown(machine.cpuModel)}, ${how}</sub>`;
}

/** A measurement as Markdown for a comment on a pull request: verdict first. Pure; ends with a line break. */
export function renderMeasureMarkdown(report: MeasureReport): string {
  const { budgets, warnings, selfCheck } = report;
  const budgetLines = budgets.map(
    (budget) => `${budget.ok ? '✅' : '❌ MISSED'} ${budget.name}: ${budgetText(budget)}`,
  );
  const estimates = estimateLines(report);
  const sections = [
    verdictLine(report),
    figures(report),
    ...(estimates.length === 0 ? [] : [markdownList(estimates.map((line) => escapeMarkdown(line.trim())))]),
    ...(budgets.length === 0 ? [] : [markdownList(budgetLines)]),
    ...(selfCheck === undefined ? [] : [`The model against itself: ${ratioText(selfCheck)}`]),
    ...(warnings.length === 0 ? [] : [markdownList(warnings.map(({ message }) => `⚠️ ${escapeMarkdown(message)}`))]),
    cases(report),
    foot(report),
  ];
  return `${sections.join('\n\n')}\n`;
}
