import type { SizeTable } from './size-tables.js';

/** Space between columns, and before the first. */
const GAP = '  ';

/** Names get at least this much, or bars give way. */
const ROOM_BESIDE_BARS = 40;

/** Names are never cut below this. */
const LEAST_NAME = 20;

/** A line of a table, and the bar behind it. */
export interface TableLine {
  readonly text: string;
  readonly bar: string;
}

/** A long name without its middle: most names begin and end with what tells them apart. */
function shortened(name: string, width: number): string {
  if (name.length <= width) return name;
  const start = Math.floor((width - 3) / 3);
  return `${name.slice(0, start)}...${name.slice(start + 3 - width)}`;
}

/** Widths of the columns. */
function widthsOf(rows: readonly (readonly string[])[]): readonly number[] {
  const columns = Math.max(...rows.map((row) => row.length));
  return Array.from({ length: columns }, (_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
}

/** How long names may be and whether bars are drawn, so that lines fit. */
function layout(cells: readonly (readonly string[])[], bars: readonly string[], width: number) {
  const [longest = 0, ...others] = widthsOf(cells);
  const room = others.reduce((left, column) => left - column - GAP.length, width - GAP.length);
  const bar = GAP.length + Math.max(0, ...bars.map((text) => text.length));
  if (longest + bar <= room || room - bar >= ROOM_BESIDE_BARS) return { name: room - bar, withBars: true };
  return { name: Math.max(LEAST_NAME, room), withBars: false };
}

/**
 * Lines of a table, the head first: numbers stand below each other, names are cut and bars left out where the lines
 * would be wider than `width`.
 */
export function fittedTable({ head, rows, textColumns }: SizeTable, width: number): readonly TableLine[] {
  const bars = ['', ...rows.map((row) => row.at(-1) ?? '')];
  const cells = [head, ...rows.map((row) => row.slice(0, -1))];
  const { name, withBars } = layout(cells, bars, width);
  const cut = cells.map(([first = '', ...others]) => [shortened(first, name), ...others]);
  const widths = widthsOf(cut);
  return cut.map((row, index) => {
    const padded = row.map((cell, column) =>
      column < textColumns ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    return { text: `${GAP}${padded.join(GAP)}`.trimEnd(), bar: withBars ? (bars[index] ?? '') : '' };
  });
}
