import type { MatrixView } from './matrix-view.js';
import type { Steps } from './pacing.js';
import { TILE } from './packed-rows.js';

/** Right rows that are taken together: with a panel's depth they fit the second-level cache. */
const BLOCK_COLUMNS = 256;

/** Left rows between two steps. */
const STEP_ROWS = 64;

/** Packed rows, of which each is multiplied with each of others. */
export interface Packed {
  readonly panel: Float64Array;
  readonly rows: number;
}

/**
 * Subtracts the inner products of the left rows with the right rows from a matrix, four by four. Where `extent` is
 * `lower`, nothing above the diagonal is read or written.
 */
export function* subtractProducts(
  target: MatrixView,
  left: Packed,
  right: Packed,
  depth: number,
  extent: 'all' | 'lower' = 'all',
): Steps<void> {
  const lower = extent === 'lower';
  for (let column = 0; column < right.rows; column += BLOCK_COLUMNS) {
    const columns: Range = { first: column, end: Math.min(right.rows, column + BLOCK_COLUMNS) };
    for (let row = lower ? column : 0; row < left.rows; row += STEP_ROWS) {
      const rows: Range = { first: row, end: Math.min(left.rows, row + STEP_ROWS) };
      subtractBlock(target, left.panel, rows, right.panel, columns, depth, lower);
      yield;
    }
  }
}

/** From a multiple of four up to, but not including, `end`. */
interface Range {
  readonly first: number;
  readonly end: number;
}

function subtractBlock(
  target: MatrixView,
  left: Float64Array,
  rows: Range,
  right: Float64Array,
  columns: Range,
  depth: number,
  lower: boolean,
): void {
  const { values, rowStride, columnStride } = target;
  for (let row = rows.first; row < rows.end; row += TILE) {
    const end = lower ? Math.min(columns.end, row + TILE) : columns.end;
    const height = Math.min(TILE, rows.end - row);
    for (let column = columns.first; column < end; column += TILE) {
      multiplyTile(left, row * depth, right, column * depth, depth);
      const at = target.offset + row * rowStride + column * columnStride;
      const width = Math.min(TILE, end - column);
      if (lower && row === column) subtractLower(values, at, rowStride, columnStride, height);
      else if (height < TILE || width < TILE) subtractPart(values, at, rowStride, columnStride, height, width);
      else subtractTile(values, at, rowStride, columnStride);
    }
  }
}

/** The products of the last `multiplyTile`, row-major. */
export const tile = new Float64Array(TILE * TILE);

/** Inner products of four packed rows with four others; the sixteen sums stay in registers meanwhile. */
export function multiplyTile(
  left: Float64Array,
  leftAt: number,
  right: Float64Array,
  rightAt: number,
  depth: number,
): void {
  let [s00, s01, s02, s03, s10, s11, s12, s13] = [0, 0, 0, 0, 0, 0, 0, 0];
  let [s20, s21, s22, s23, s30, s31, s32, s33] = [0, 0, 0, 0, 0, 0, 0, 0];
  const end = leftAt + TILE * depth;
  for (let p = leftAt, q = rightAt; p < end; p += TILE, q += TILE) {
    const b0 = right[q];
    const b1 = right[q + 1];
    const b2 = right[q + 2];
    const b3 = right[q + 3];
    const a0 = left[p];
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3;
    const a1 = left[p + 1];
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3;
    const a2 = left[p + 2];
    s20 += a2 * b0;
    s21 += a2 * b1;
    s22 += a2 * b2;
    s23 += a2 * b3;
    const a3 = left[p + 3];
    s30 += a3 * b0;
    s31 += a3 * b1;
    s32 += a3 * b2;
    s33 += a3 * b3;
  }
  setRow(0, s00, s01, s02, s03);
  setRow(4, s10, s11, s12, s13);
  setRow(8, s20, s21, s22, s23);
  setRow(12, s30, s31, s32, s33);
}

function setRow(at: number, first: number, second: number, third: number, fourth: number): void {
  tile[at] = first;
  tile[at + 1] = second;
  tile[at + 2] = third;
  tile[at + 3] = fourth;
}

function subtractTile(values: Float64Array, start: number, rowStride: number, columnStride: number): void {
  let at = start;
  for (let from = 0; from < TILE * TILE; from += TILE) {
    values[at] -= tile[from];
    values[at + columnStride] -= tile[from + 1];
    values[at + 2 * columnStride] -= tile[from + 2];
    values[at + 3 * columnStride] -= tile[from + 3];
    at += rowStride;
  }
}

function subtractPart(
  values: Float64Array,
  at: number,
  rowStride: number,
  columnStride: number,
  height: number,
  width: number,
): void {
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      values[at + row * rowStride + column * columnStride] -= tile[row * TILE + column];
    }
  }
}

function subtractLower(
  values: Float64Array,
  at: number,
  rowStride: number,
  columnStride: number,
  height: number,
): void {
  for (let row = 0; row < height; row++) {
    for (let column = 0; column <= row; column++) {
      values[at + row * rowStride + column * columnStride] -= tile[row * TILE + column];
    }
  }
}
