import type { MatrixView } from './matrix-view.js';

/** Rows that lie interleaved in a packed panel, and the side of the square of products that is computed at once. */
export const TILE = 4;

/** Columns of a matrix that are packed at a time: a tile's rows then stay in the first-level cache. */
export const PANEL = 64;

/** Room for packed rows. */
export function packedPanel(rows: number, depth = PANEL): Float64Array {
  return new Float64Array(Math.ceil(rows / TILE) * TILE * depth);
}

/** Where element `k` of a row lies in a panel of that depth. */
export function packedAt(row: number, k: number, depth: number): number {
  return (row - (row % TILE)) * depth + TILE * k + (row % TILE);
}

/** Packs the first `depth` elements of the first rows of a matrix; the last tile is filled up with rows of zeros. */
export function packRows(source: MatrixView, rows: number, depth: number, panel: Float64Array): void {
  for (let row = 0; row < rows; row++) {
    copyStrided(source, row, panel, packedAt(row, 0, depth), depth);
  }
  for (let row = rows; row % TILE !== 0; row++) {
    const start = packedAt(row, 0, depth);
    for (let to = start; to < start + TILE * depth; to += TILE) panel[to] = 0;
  }
}

function copyStrided(source: MatrixView, row: number, panel: Float64Array, start: number, depth: number): void {
  const { values, columnStride } = source;
  let at = source.offset + row * source.rowStride;
  for (let to = start; to < start + TILE * depth; to += TILE) {
    panel[to] = values[at];
    at += columnStride;
  }
}

/** Writes packed rows back: of row i the elements up to `depth`, or where `lower` those up to the diagonal. */
export function unpackRows(
  panel: Float64Array,
  target: MatrixView,
  rows: number,
  depth: number,
  extent: 'all' | 'lower' = 'all',
): void {
  const { values, columnStride } = target;
  for (let row = 0; row < rows; row++) {
    const count = extent === 'lower' ? Math.min(depth, row + 1) : depth;
    let from = packedAt(row, 0, depth);
    let at = target.offset + row * target.rowStride;
    for (let k = 0; k < count; k++) {
      values[at] = panel[from];
      from += TILE;
      at += columnStride;
    }
  }
}
