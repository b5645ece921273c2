import type { Cell } from './csv.js';
import { type Markup, markup } from './markup.js';

/** One column: how its cells are written; numbers are aligned right. */
export interface Column {
  readonly label: string;
  /** How a number is written; a column without it holds text. */
  readonly format?: (value: number) => string;
}

/** A table as data. */
export interface Table {
  readonly caption: string;
  /** True where what stands above the table says the same; the caption is then for screen readers only. */
  readonly quiet?: boolean;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (Cell | Markup)[])[];
}

function content(cell: Cell | Markup | undefined, { format }: Column): Markup | string {
  if (cell === null || cell === undefined) return '–';
  return typeof cell === 'number' ? (format ?? String)(cell) : cell;
}

function dataCell(cell: Cell | Markup | undefined, column: Column): Markup {
  const text = content(cell, column);
  return column.format === undefined ? markup`<td>${text}</td>` : markup`<td class="n">${text}</td>`;
}

function headCell({ label, format }: Column): Markup {
  return format === undefined ? markup`<th scope="col">${label}</th>` : markup`<th scope="col" class="n">${label}</th>`;
}

function bodyRow([first, ...rest]: Table['rows'][number], [head, ...columns]: readonly Column[]): Markup {
  const cells = columns.map((column, index) => dataCell(rest[index], column));
  return markup`<tr><th scope="row">${content(first ?? null, head ?? { label: '' })}</th>${cells}</tr>\n`;
}

/** A table with a caption and headed rows, in a frame of its own that scrolls where the page is too narrow. */
export function drawTable({ caption, quiet, columns, rows }: Table): Markup {
  return markup`<div class="scroll" role="group" aria-label="${caption}" tabindex="0"><table>
<caption><span class="${quiet === true ? 'unseen' : ''}">${caption}</span></caption>
<thead><tr>${columns.map(headCell)}</tr></thead>
<tbody>
${rows.map((row) => bodyRow(row, columns))}</tbody>
</table></div>
`;
}
