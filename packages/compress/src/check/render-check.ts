import { alignColumns } from '../render/columns.js';
import { formatBytes, formatBytesChange, formatCosine, formatPercentChange } from '../render/quantities.js';
import type { CheckReport, ModelCheck } from './check-report.js';

const STATUS = { ok: 'ok', unchanged: 'unchanged', failed: 'FAILED' } as const;

const UPDATE = 'compress check --update-baseline';

function sizeCells({ fileBytes, report }: ModelCheck): readonly [size: string, change: string] {
  if (fileBytes === null) return ['', ''];
  if (report === undefined) return [formatBytes(fileBytes), ''];
  const before = report.before.fileBytes;
  return [formatBytesChange(before, fileBytes), formatPercentChange(before, fileBytes)];
}

function likeness({ report }: ModelCheck): string {
  const cosine = report?.verification.cosine ?? null;
  return cosine === null ? '' : `cosine ${formatCosine(cosine)}`;
}

function countText(models: readonly ModelCheck[]): string {
  const count = (status: ModelCheck['status']) => models.filter((model) => model.status === status).length;
  const [failed, unchanged] = [count('failed'), count('unchanged')];
  const total = `${models.length} model${models.length === 1 ? '' : 's'}`;
  if (failed > 0) return `${total}: ${failed} failed`;
  return `${total} ok${unchanged === 0 ? '' : `, ${unchanged} unchanged since the last run`}`;
}

/** How to get a baseline, or to add a new model to it; nothing where all is there or something has to be mended first. */
function baselineHint({ baseline, models }: CheckReport): readonly string[] {
  if (models.some(({ status }) => status === 'failed')) return [];
  if (baseline === null) return [`There is no baseline to compare with; '${UPDATE}' stores the figures of today.`];
  const missing = models.filter((model) => model.baseline.length === 0).map(({ name }) => name);
  return missing.length === 0 ? [] : [`The baseline lacks ${missing.join(', ')}; '${UPDATE}' adds it.`];
}

/**
 * The check for a person: one line per model, then how many are good. Failures are told by the caller, as errors.
 * Pure; ends with a line break.
 *
 * @param red marks failed models
 */
export function renderCheck(report: CheckReport, red: (text: string) => string = (text) => text): string {
  const { models } = report;
  const rows = models.map((model) => [model.name, ...sizeCells(model), likeness(model), STATUS[model.status]]);
  const lines = alignColumns(rows).map((line, index) => (models[index]?.status === 'failed' ? red(line) : line));
  return `${[...lines, countText(models), ...baselineHint(report)].join('\n')}\n`;
}

const cell = (text: string) => text.replaceAll('|', '\\|');

/** The check as a Markdown table with its failures, fit for a comment or a job summary. Pure; ends with a line break. */
export function renderCheckMarkdown({ models }: CheckReport): string {
  const rows = models.map((model) => {
    const [size, change] = sizeCells(model);
    return `| \`${cell(model.name)}\` | ${size} | ${change} | ${likeness(model)} | ${STATUS[model.status]} |`;
  });
  const failures = models.flatMap((model) =>
    model.failures.map(({ message, hint }) => `- ${message}.${hint === undefined ? '' : ` ${hint}`}`),
  );
  const table = ['| model | size | change | likeness | status |', '| --- | --- | --- | --- | --- |', ...rows];
  const lines = [`## ${countText(models)}`, '', ...table, ...(failures.length === 0 ? [] : ['', ...failures])];
  return `${lines.join('\n')}\n`;
}
