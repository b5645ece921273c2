import type { CompressError } from '@onnx-compress/core';
import { budgetText } from '../render/budget-text.js';
import { formatBytes } from '../render/quantities.js';
import type { BudgetRecord } from '../report/report.js';
import type { BaselineRecord, CheckFailure, ModelCheck } from './check-report.js';

/** Key of a budget by the name it has in reports: `minCosine` for `min-cosine`. */
const budgetKey = (name: string) =>
  name === 'max-size' ? 'maxBytes' : name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

function missedText(model: string, budget: BudgetRecord): string {
  const { name, limit, actual } = budget;
  if (name !== 'max-size' || actual === null) return `${model} misses ${name}: ${budgetText(budget)}`;
  return `${model} is ${formatBytes(actual - limit)} above its limit of ${formatBytes(limit)} (max-size)`;
}

function wayOut(key: string, place: string): string {
  if (key.startsWith('max')) return `Raise ${place}, or make the model smaller.`;
  return `Lower ${place}, or ${key === 'minSpeedup' ? 'try another technique' : 'compress it less'}.`;
}

/** A budget that is missed, and where it is written. */
export function missedBudget(model: string, budget: BudgetRecord, places: ReadonlyMap<string, string>): CheckFailure {
  const key = budgetKey(budget.name);
  const place = places.get(key) ?? key;
  return { code: 'BUDGET_MISSED', message: missedText(model, budget), hint: wayOut(key, place) };
}

function fallText(model: string, { name, stored, limit, actual }: BaselineRecord): string {
  if (actual === null) return `${model}: ${name} cannot be measured any more; the baseline has ${stored}`;
  if (name !== 'bytes') {
    const digits = (value: number) => String(Number(value.toPrecision(6)));
    return `${model}: ${name} fell from ${digits(stored)} to ${digits(actual)}, at least ${digits(limit)} is allowed`;
  }
  const percent = ((actual / stored - 1) * 100).toFixed(1);
  return `${model} grew ${percent} % against the baseline: ${formatBytes(stored)} -> ${formatBytes(actual)}`;
}

/** A figure that is worse than the stored one. */
export function fellBehind(model: string, record: BaselineRecord): CheckFailure {
  return {
    code: 'BASELINE_REGRESSION',
    message: fallText(model, record),
    hint: "If that is meant, run 'compress check --update-baseline'.",
  };
}

/** A run that broke off. */
export function brokenOff(model: string, { code, message, hint }: CompressError): CheckFailure {
  return { code, message: `${model}: ${message}`, ...(hint === undefined ? {} : { hint }) };
}

/** A check in which not every model is good. */
export function checkFailed(models: readonly ModelCheck[]): CheckFailure {
  const names = models.filter(({ status }) => status === 'failed').map(({ name }) => name);
  return {
    code: 'CHECK_FAILED',
    message: `${names.length} of ${models.length} models failed: ${names.join(', ')}`,
    hint: 'Each of them lists its failures.',
  };
}
