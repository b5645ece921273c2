import { budgetText } from '../../render/budget-text.js';
import type { BudgetRecord } from '../../report/report.js';
import { type Markup, markup } from '../page/markup.js';
import { drawTable } from '../page/table.js';
import type { ReportSection } from './subject.js';

const mark = ({ ok }: BudgetRecord) =>
  ok ? markup`<strong class="good">✓ kept</strong>` : markup`<strong class="bad">✗ MISSED</strong>`;

/** Limits with what was reached. */
export function budgetTable(budgets: readonly BudgetRecord[]): Markup | undefined {
  if (budgets.length === 0) return undefined;
  const rows = budgets.map((budget) => [budget.name, budgetText(budget), mark(budget)]);
  const columns = ['budget', 'reached and asked for', 'result'].map((label) => ({ label }));
  return drawTable({ caption: 'Limits that were set for this run', columns, rows });
}

/** The limits of the run. */
export const budgets: ReportSection = {
  id: 'budgets',
  title: 'Budgets',
  render: ({ report }) => budgetTable(report.budgets),
};
