/** How text is marked; the default leaves it as it is. */
export type Paint = (text: string) => string;

/** One cell: its text, and how it is marked once it is aligned. */
export interface Cell {
  readonly text: string;
  readonly paint?: Paint;
}

/** A row of a table; the first cell is its title. */
export type Row = readonly Cell[];

const GAP = '  ';

function padded({ text, paint = (plain) => plain }: Cell, width: number, title: boolean): string {
  const gap = ' '.repeat(Math.max(0, width - text.length));
  return title ? paint(text) + gap : gap + paint(text);
}

/** Aligns titles to the left and figures to the right. One line per row, without trailing spaces. */
export function alignFigures(rows: readonly Row[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, { text }] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, text.length);
  }
  return rows.map((row) =>
    row
      .map((cell, column) => padded(cell, widths[column] ?? 0, column === 0))
      .join(GAP)
      .trimEnd(),
  );
}
