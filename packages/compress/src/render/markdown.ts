import { basename } from 'node:path';
import type { FusionRecord } from '../report/fusion.js';
import { repairSummary } from '../report/repair-summary.js';
import type { BudgetRecord, LatencyRecord, Report, StepRecord, VerificationRecord } from '../report/report.js';
import type { WorthRecord } from '../report/worth.js';
import { budgetText } from './budget-text.js';
import { markdownFactored } from './factored-markdown.js';
import { fusionText, hasUnfused } from './fusion-text.js';
import { escapeMarkdown, markdownCode, markdownFolded, markdownList, markdownTable } from './markdown-text.js';
import {
  formatBytes,
  formatBytesChange,
  formatCosine,
  formatFactor,
  formatLargeCount,
  formatPercentChange,
} from './quantities.js';
import { markdownQuantized } from './quantized-markdown.js';
import { markdownRepairs } from './repairs-markdown.js';
import { repairNote, repairTitle } from './repairs-text.js';
import { changeNote, stepTitle } from './step-text.js';
import { verificationText } from './verification-text.js';
import { causeTexts, isWorse, worthText } from './worth-text.js';
import { zerosText } from './zeros-text.js';

/** Most names listed for one reason. */
const MOST_NAMES = 20;

const nameOf = ({ input }: Report) => markdownCode(input.path === null ? 'model' : basename(input.path));

const SOUNDNESS: Readonly<Record<VerificationRecord['status'], string>> = {
  ok: '✅ verified',
  failed: '❌ verification FAILED',
  off: '⚠️ not verified',
};

/** The whole run in one line: `**\`model.onnx\`** 97.8 -> 12.4 MB, -87.3 % (7.9x smaller), ✅ verified, fidelity low`. */
function verdictLine(report: Report): string {
  const { before, after, verification, latency, budgets } = report;
  const [from, to] = [before.fileBytes, after.fileBytes];
  const missed = budgets.filter(({ ok }) => !ok).length;
  const parts = [
    `**${nameOf(report)}** ${formatBytesChange(from, to)}`,
    `**${formatPercentChange(from, to)}** (${formatFactor(from, to)})`,
    SOUNDNESS[verification.status],
    ...(verification.fidelity === null ? [] : [`fidelity ${verification.fidelity}`]),
    ...(latency === undefined ? [] : [`${latency.speedup.toFixed(2)}x speed: ${latency.verdict}`]),
    ...(missed === 0 ? [] : [`❌ ${missed} of ${budgets.length} budgets MISSED`]),
  ];
  return parts.join(', ');
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

function latencyLine({ beforeMs, afterMs, speedup, interval, verdict, metric, runs }: LatencyRecord): string {
  const times = `${beforeMs.toPrecision(3)} -> ${afterMs.toPrecision(3)} ms`;
  const [low, high] = interval.map((ratio) => ratio.toFixed(2));
  const how = `${metric === 'cpu' ? 'CPU time' : 'wall time'}, ${runs} pairs`;
  return `Latency ${times}, speedup ${speedup.toFixed(2)}x (${low} to ${high}, ${how}): **${verdict}**`;
}

function fusionLine(fusion: FusionRecord): string {
  return `${hasUnfused(fusion) ? '❌ ' : ''}Integer layers: ${escapeMarkdown(fusionText(fusion))}`;
}

/** One line, and a list of causes where the result is worse. */
function worthLines(worth: WorthRecord): readonly string[] {
  const line = `${isWorse(worth) ? '❌ ' : ''}Quantized result: **${escapeMarkdown(worthText(worth))}**`;
  const causes = causeTexts(worth).map((text) => `❌ ${escapeMarkdown(text)}`);
  return causes.length === 0 ? [line] : [line, markdownList(causes)];
}

const budgetLine = (budget: BudgetRecord) => `${budget.ok ? '✅' : '❌ MISSED'} ${budget.name}: ${budgetText(budget)}`;

function repairWords(step: StepRecord): readonly string[] {
  const summary = repairSummary(step);
  return summary === undefined ? [] : [`${repairTitle(summary)}: ${repairNote(summary)}`];
}

function steps({ steps: records }: Report): string {
  const rows = records.map((step) => [
    markdownCode(stepTitle(step)),
    formatBytesChange(step.bytesBefore, step.bytesAfter),
    [changeNote(step), ...repairWords(step)].join('; '),
    String(step.skipped.length),
  ]);
  return markdownFolded('Steps', markdownTable(['step', 'file', 'changed', 'skipped'], rows));
}

function outputs(verification: VerificationRecord): string {
  const rows = verification.outputs.map(({ name, cosine, snrDb, maxAbsError }) => [
    markdownCode(name),
    cosine === null ? '' : formatCosine(cosine),
    snrDb === null ? '' : `${snrDb.toFixed(1)} dB`,
    maxAbsError === null ? '' : maxAbsError.toExponential(2),
  ]);
  return markdownFolded('Outputs', markdownTable(['output', 'cosine', 'SNR', 'largest error'], rows));
}

function skipLines({ skipped, ...step }: StepRecord): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const { node, reason } of skipped) byReason.set(reason, [...(byReason.get(reason) ?? []), node]);
  return [...byReason].map(([reason, nodes]) => {
    const names = nodes.slice(0, MOST_NAMES).map(markdownCode).join(', ');
    const more = nodes.length > MOST_NAMES ? ` and ${nodes.length - MOST_NAMES} more` : '';
    return `${markdownCode(stepTitle({ ...step, skipped }))}: ${escapeMarkdown(reason)}: ${names}${more}`;
  });
}

function foot({ tool, onnxruntime, seed, recipe }: Report): string {
  return `<sub>${tool.name} ${tool.version}, onnxruntime ${onnxruntime.version}, ${recipe.target}, seed ${seed}</sub>`;
}

/** The report as Markdown for a comment on a pull request: verdict first, details folded. Pure; ends with a line break. */
export function renderMarkdown(report: Report): string {
  const { verification, budgets, warnings, latency, worth, fusion } = report;
  const skipped = report.steps.flatMap(skipLines);
  const zeros = zerosText(report);
  const sections = [
    verdictLine(report),
    sizes(report),
    ...(zeros === undefined ? [] : [`zeros: ${zeros}`]),
    ...(latency === undefined ? [] : [latencyLine(latency)]),
    ...(worth === undefined ? [] : worthLines(worth)),
    ...(fusion === undefined ? [] : [fusionLine(fusion)]),
    ...(budgets.length === 0 ? [] : [markdownList(budgets.map(budgetLine))]),
    escapeMarkdown(verificationText(verification).replaceAll('   ', ', ')),
    ...(warnings.length === 0 ? [] : [markdownList(warnings.map(({ message }) => `⚠️ ${escapeMarkdown(message)}`))]),
    ...(report.steps.length === 0 ? [] : [steps(report)]),
    ...(verification.outputs.length === 0 ? [] : [outputs(verification)]),
    ...markdownFactored(report.steps),
    ...markdownQuantized(report.steps),
    ...markdownRepairs(report.steps),
    ...(skipped.length === 0 ? [] : [markdownFolded('Skipped', markdownList(skipped))]),
    foot(report),
  ];
  return `${sections.join('\n\n')}\n`;
}
