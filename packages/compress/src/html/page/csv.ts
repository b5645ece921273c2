import { printable } from './markup.js';

/** One cell of plain data. */
export type Cell = string | number | null;

/** Starts that a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t]/;

function field(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows as comma-separated values (RFC 4180); text that a spreadsheet would run as a formula gets an apostrophe. */
export function csv(rows: readonly (readonly Cell[])[]): string {
  return `${rows.map((row) => row.map(field).join(',')).join('\n')}\n`;
}

/** Text as the address of a download; only what an address cannot hold is encoded, to stay short. */
export function dataAddress(type: string, text: string): string {
  const encoded = printable(text).replaceAll(/[^\w.,;:!*()/=+?@$~-]+/gu, encodeURIComponent);
  return `data:${type};charset=utf-8,${encoded}`;
}
