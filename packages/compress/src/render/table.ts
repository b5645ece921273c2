import { basename } from 'node:path';
import type { FusionRecord } from '../report/fusion.js';
import { repairSummary } from '../report/repair-summary.js';
import type {
  BudgetRecord,
  LatencyRecord,
  Report,
  ScoreRecord,
  StepRecord,
  VerificationRecord,
} from '../report/report.js';
import type { WorthRecord } from '../report/worth.js';
import { budgetText } from './budget-text.js';
import { alignColumns } from './columns.js';
import { fusionText, hasUnfused } from './fusion-text.js';
import { formatMsChange, formatRatio } from './measured-quantities.js';
import { formatBytes, formatBytesChange, formatFactor, formatPercentChange } from './quantities.js';
import { removalLines } from './removals-text.js';
import { repairLines, repairNote, repairTitle } from './repairs-text.js';
import { isCleanup, stepNote, stepTitle } from './step-text.js';
import { verificationText, verificationTitle } from './verification-text.js';
import { causeTexts, isWorse, worthText } from './worth-text.js';
import { zerosText } from './zeros-text.js';

/** How a table is written. */
export interface TableOptions {
  /** Shows cleanup steps, the reason of every skipped node, and what became of every layer that was to be repaired. */
  readonly verbose?: boolean;
  /** Lists the channels of each group that went. */
  readonly removals?: boolean;
  /** Marks growth and failures; the default leaves the text as it is. */
  readonly red?: (text: string) => string;
}

interface Row {
  readonly cells: readonly string[];
  readonly alarming: boolean;
}

function headline({ input, before, after }: Report, red: (text: string) => string): string {
  const [from, to] = [before.fileBytes, after.fileBytes];
  const name = input.path === null ? 'model' : basename(input.path);
  const percent = formatPercentChange(from, to);
  const sizes = `${formatBytes(from)} -> ${formatBytes(to)}`;
  return [name, sizes, to > from ? red(percent) : percent, `(${formatFactor(from, to)})`].join('   ');
}

const stepRow = (step: StepRecord): Row => ({
  cells: [stepTitle(step), formatBytesChange(step.bytesBefore, step.bytesAfter), stepNote(step)],
  alarming: false,
});

function repairRow(step: StepRecord): readonly Row[] {
  const summary = repairSummary(step);
  return summary === undefined ? [] : [{ cells: [`  ${repairTitle(summary)}`, repairNote(summary)], alarming: false }];
}

function zerosRow(report: Report): readonly Row[] {
  const text = zerosText(report);
  return text === undefined ? [] : [{ cells: [`zeros: ${text}`], alarming: false }];
}

const verificationRow = (verification: VerificationRecord): Row => ({
  cells: [verificationTitle(verification), verificationText(verification)],
  alarming: verification.status === 'failed',
});

const latencyRow = ({ beforeMs, afterMs, speedup, interval, verdict }: LatencyRecord): Row => ({
  cells: ['latency', `${formatMsChange(beforeMs, afterMs)}   ${formatRatio({ ratio: speedup, interval })} ${verdict}`],
  alarming: verdict === 'worse',
});

const worthRow = (worth: WorthRecord): Row => ({ cells: ['quantized', worthText(worth)], alarming: isWorse(worth) });

/** Told where there is something to tell, and where somebody wants to know all. */
function fusionRow(fusion: FusionRecord | undefined, verbose: boolean): readonly Row[] {
  if (fusion === undefined) return [];
  const isBad = hasUnfused(fusion);
  if (!verbose && !isBad && fusion.unknown === undefined) return [];
  return [{ cells: ['integers', fusionText(fusion)], alarming: isBad }];
}

const scoreRow = ({ before, after }: ScoreRecord): Row => ({
  cells: ['score', `${before} -> ${after}`],
  alarming: false,
});

const budgetRow = (budget: BudgetRecord): Row => ({
  cells: [`budget ${budget.name}`, `${budgetText(budget)}   ${budget.ok ? 'ok' : 'MISSED'}`],
  alarming: !budget.ok,
});

/** Steps worth a row: all with `verbose`, else those asked for; cleanup alone counts as asked for. */
function shownSteps(steps: readonly StepRecord[], verbose: boolean): readonly StepRecord[] {
  if (verbose) return steps;
  const askedFor = steps.filter((step) => !isCleanup(step));
  return askedFor.length > 0 ? askedFor : steps.filter((step) => step.changed.length > 0);
}

const skipLines = (steps: readonly StepRecord[]) =>
  steps.flatMap((step) => step.skipped.map(({ node, reason }) => `  ${stepTitle(step)} skipped ${node}: ${reason}`));

/**
 * The result for a person: one line for the file, one per step, one for the verification, one per budget.
 * Pure; ends with a line break.
 */
export function renderTable(report: Report, options: TableOptions = {}): string {
  const { verbose = false, removals = false, red = (text: string) => text } = options;
  const rows = [
    ...shownSteps(report.steps, verbose).flatMap((step) => [stepRow(step), ...repairRow(step)]),
    ...zerosRow(report),
    verificationRow(report.verification),
    ...(report.latency === undefined ? [] : [latencyRow(report.latency)]),
    ...(report.worth === undefined ? [] : [worthRow(report.worth)]),
    ...fusionRow(report.fusion, verbose),
    ...(report.score === undefined ? [] : [scoreRow(report.score)]),
    ...report.budgets.map(budgetRow),
  ];
  const lines = alignColumns(rows.map(({ cells: [title, ...rest] }) => [`  ${title}`, ...rest]));
  const marked = lines.map((line, index) => (rows[index]?.alarming ? red(line) : line));
  const details = [
    ...(report.worth === undefined ? [] : causeTexts(report.worth).map((text) => red(`  ${text}`))),
    ...(verbose ? [...skipLines(report.steps), ...repairLines(report.steps)] : []),
    ...(removals ? removalLines(report) : []),
  ];
  return `${[headline(report, red), ...marked, ...details].join('\n')}\n`;
}
