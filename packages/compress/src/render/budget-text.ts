import type { BudgetRecord } from '../report/report.js';
import { formatBytes } from './quantities.js';

function quantity(name: string, value: number): string {
  return name === 'max-size' ? formatBytes(value) : String(Number(value.toPrecision(4)));
}

/** What was reached and what was asked for: `12.4 MB, at most 30.0 MB`. */
export function budgetText({ name, limit, actual, ok }: BudgetRecord): string {
  const reached = actual === null ? (ok ? 'identical outputs' : 'not measurable here') : quantity(name, actual);
  return `${reached}, ${name.startsWith('max') ? 'at most' : 'at least'} ${quantity(name, limit)}`;
}
