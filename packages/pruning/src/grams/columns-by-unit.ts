import { OTHER } from './group-consumers.js';

/** The columns of a group, those of a unit side by side. */
export interface ColumnsByUnit {
  readonly columns: Int32Array;
  /** Where the columns of each unit begin, and behind the last one where they end. */
  readonly starts: Int32Array;
}

/** Sorts columns by unit, by counting; the order within a unit stays. */
export function columnsByUnit(unitOfColumn: Int32Array, units: number): ColumnsByUnit {
  const starts = new Int32Array(units + 1);
  for (const unit of unitOfColumn) if (unit !== OTHER) starts[unit + 1] = (starts[unit + 1] ?? 0) + 1;
  for (let unit = 0; unit < units; unit++) starts[unit + 1] = (starts[unit + 1] ?? 0) + (starts[unit] ?? 0);
  const next = starts.slice();
  const columns = new Int32Array(starts[units] ?? 0);
  for (const [column, unit] of unitOfColumn.entries()) {
    if (unit === OTHER) continue;
    const at = next[unit] ?? 0;
    columns[at] = column;
    next[unit] = at + 1;
  }
  return { columns, starts };
}

/** Some columns of a matrix whose rows have `width` numbers, of all rows or of some. */
export function pick(
  matrix: Float64Array,
  width: number,
  columns: Int32Array,
  rows: Int32Array = Int32Array.from({ length: matrix.length / width }, (_, row) => row),
): Float64Array {
  const picked = new Float64Array(rows.length * columns.length);
  let at = 0;
  for (const row of rows) {
    for (const column of columns) picked[at++] = matrix[row * width + column] ?? 0;
  }
  return picked;
}
