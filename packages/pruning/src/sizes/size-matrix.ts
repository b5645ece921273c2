import type { SizeEntry } from './size-entry.js';

/** A list of sizes in rows of equal length: how exporters turn pads from one order into another. */
export type SizeMatrix = readonly (readonly SizeEntry[])[];

/** The list in rows; undefined where it does not fill them. */
export function inRows(entries: readonly SizeEntry[], columns: number | undefined): SizeMatrix | undefined {
  if (columns === undefined || columns < 1 || entries.length % columns !== 0) return undefined;
  return Array.from({ length: entries.length / columns }, (_, row) =>
    entries.slice(row * columns, (row + 1) * columns),
  );
}

/** Rows become columns. */
export function transposed(matrix: SizeMatrix): SizeMatrix {
  const [first = []] = matrix;
  return first.map((_, column) => matrix.flatMap((row) => row.slice(column, column + 1)));
}

/** What Slice takes of a list: bounds count from the end where negative, and are clamped. */
export function sliceOf<T>(items: readonly T[], start: number, end: number, step: number): readonly T[] {
  const absolute = (bound: number) => (bound < 0 ? bound + items.length : bound);
  if (step > 0) {
    return items
      .slice(Math.max(0, absolute(start)), Math.max(0, absolute(end)))
      .filter((_, index) => index % step === 0);
  }
  const last = Math.min(items.length - 1, absolute(start));
  const beyond = Math.max(-1, absolute(end));
  const positions = Array.from(
    { length: Math.max(0, Math.ceil((last - beyond) / -step)) },
    (_, index) => last + index * step,
  );
  return positions.flatMap((position) => items.slice(position, position + 1));
}
