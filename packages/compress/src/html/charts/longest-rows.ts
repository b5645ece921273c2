import type { BarFigure, Unit } from '@onnx-compress/core';

type Row = BarFigure['rows'][number];

/** How many rows are drawn; the table has all of them. */
export const MOST_ROWS = 16;

/** Units in which the rest may be added up. */
const ADDITIVE: ReadonlySet<Unit> = new Set(['bytes', 'count', 'milliseconds', 'joules']);

const length = ({ values }: Row) => Math.max(0, ...values.map((value) => value ?? 0));

function rest(rows: readonly Row[], series: readonly string[]): Row {
  const values = series.map((_, index) => {
    const known = rows.flatMap((row) => row.values[index] ?? []);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
  });
  return { label: `other (${rows.length} rows together)`, values };
}

/** What is drawn of a long list of bars. */
export interface LongestRows {
  /** The longest, in the order given. */
  readonly rows: readonly Row[];
  /** All others added up, where they can be; told in numbers only, for its bar would dwarf every other. */
  readonly others: Row | undefined;
}

/** The rows that are worth a bar each, and the sum of the rest. */
export function longestRows({ rows, series, unit }: BarFigure): LongestRows {
  if (rows.length <= MOST_ROWS) return { rows, others: undefined };
  const longest = new Set([...rows].sort((a, b) => length(b) - length(a)).slice(0, MOST_ROWS - 1));
  const others = rows.filter((row) => !longest.has(row));
  return {
    rows: rows.filter((row) => longest.has(row)),
    others: ADDITIVE.has(unit) ? rest(others, series) : undefined,
  };
}
