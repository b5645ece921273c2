import { lengthMismatch } from '../messages.js';
import { columnsReversed, from, type MatrixView, rowMajor, rowsReversed, transposed } from './matrix-view.js';
import { type Pause, paced, type Steps } from './pacing.js';
import { subtractProducts } from './packed-products.js';
import { PANEL, packedAt, packedPanel, packRows, unpackRows } from './packed-rows.js';
import { factorPacked, packedTriangle, substituteRows } from './packed-triangle.js';

/**
 * Cholesky factor L of a symmetric positive definite matrix, A = L L^T, in place. Only the lower triangle is read and
 * written. Blocked: a panel of columns is factored, then its products are subtracted from what is right of it.
 *
 * @param matrix row-major, size x size
 * @param pause called about every 25 ms
 * @returns false where the matrix is not positive definite, which is where a pivot is not above
 *   `size * epsilon * largest diagonal element` or not a number; the matrix is then destroyed
 * @throws RangeError when `matrix` does not hold size x size elements
 * @example
 * const matrix = Float64Array.of(4, 0, 2, 5);
 * await factorCholesky(matrix, 2, async () => {}); // true, the lower triangle is 2, 1, 2
 */
export function factorCholesky(matrix: Float64Array, size: number, pause: Pause): Promise<boolean> {
  return paced(factorSteps(matrix, size), pause);
}

/** `factorCholesky` as steps. */
export function* factorSteps(matrix: Float64Array, size: number): Steps<boolean> {
  assertLength('matrix', matrix, size * size);
  const least = size * Number.EPSILON * largestDiagonal(matrix, size);
  const view = rowMajor(matrix, size);
  const panel = packedPanel(size);
  for (let first = 0; first < size; first += PANEL) {
    const depth = Math.min(PANEL, size - first);
    const rows = size - first;
    packRows(from(view, first, first), rows, depth, panel);
    const triangle = factorPacked(panel, depth, least);
    if (triangle === undefined) return false;
    substituteRows(panel, depth, rows, triangle);
    unpackRows(panel, from(view, first, first), rows, depth, 'lower');
    yield;
    if (rows === depth) break;
    const below = { panel: panel.subarray(depth * depth), rows: rows - depth };
    yield* subtractProducts(from(view, first + depth, first + depth), below, below, depth, 'lower');
  }
  return true;
}

function largestDiagonal(matrix: Float64Array, size: number): number {
  let largest = 0;
  for (let at = 0; at < matrix.length; at += size + 1) largest = Math.max(largest, matrix[at]);
  return largest;
}

/**
 * Solves A x = b for many right sides with the factor of `factorCholesky`, in place: every row of `rightSides` is
 * one b, and becomes its x. What is not finite spoils its own row only.
 *
 * @param factor row-major, size x size, of which only the lower triangle is read
 * @param rightSides rows of `size` elements
 * @param pause called about every 25 ms
 * @throws RangeError when the lengths do not fit `size`
 */
export function solveCholesky(
  factor: Float64Array,
  size: number,
  rightSides: Float64Array,
  pause: Pause,
): Promise<void> {
  return paced(solveSteps(factor, size, rightSides), pause);
}

/** `solveCholesky` as steps. */
export function* solveSteps(factor: Float64Array, size: number, rightSides: Float64Array): Steps<void> {
  assertLength('factor', factor, size * size);
  const rows = size === 0 ? 0 : rightSides.length / size;
  assertLength('right sides', rightSides, Math.ceil(rows) * size);
  const lower = rowMajor(factor, size);
  const right = rowMajor(rightSides, size);
  yield* substitute(lower, size, right, rows);
  const reversed = columnsReversed(rowsReversed(transposed(lower), size), size);
  yield* substitute(reversed, size, columnsReversed(right, size), rows);
}

/** Replaces the rows B by B L^-T, L being a lower triangle: a panel of columns, then its part in those after it. */
function* substitute(lower: MatrixView, size: number, right: MatrixView, rows: number): Steps<void> {
  const solved = packedPanel(rows);
  const panel = packedPanel(size);
  for (let first = 0; first < size; first += PANEL) {
    const depth = Math.min(PANEL, size - first);
    packRows(from(lower, first, first), size - first, depth, panel);
    packRows(from(right, 0, first), rows, depth, solved);
    yield;
    substituteRows(solved, 0, rows, packedTriangle(panel, depth));
    unpackRows(solved, from(right, 0, first), rows, depth);
    yield;
    const after = { panel: panel.subarray(depth * depth), rows: size - first - depth };
    yield* subtractProducts(from(right, 0, first + depth), { panel: solved, rows }, after, depth);
  }
}

/**
 * Inverse of a symmetric positive definite matrix from the factor of `factorCholesky`: A^-1 = Y Y^T, where Y = L^-T is
 * worked out panel by panel. While that lasts, the upper triangle of the result holds what is left of Y.
 *
 * @param factor row-major, size x size, of which only the lower triangle is read
 * @param pause called about every 25 ms
 * @returns the full symmetric inverse, row-major
 * @throws RangeError when `factor` does not hold size x size elements
 */
export function invertFromCholesky(factor: Float64Array, size: number, pause: Pause): Promise<Float64Array> {
  return paced(inverseSteps(factor, size), pause);
}

function* inverseSteps(factor: Float64Array, size: number): Steps<Float64Array> {
  assertLength('factor', factor, size * size);
  const inverse = new Float64Array(size * size);
  const view = rowMajor(inverse, size);
  const solved = packedPanel(size);
  const panel = packedPanel(size);
  for (let first = 0; first < size; first += PANEL) {
    const depth = Math.min(PANEL, size - first);
    const rows = first + depth;
    packRows(from(rowMajor(factor, size), first, first), size - first, depth, panel);
    packRows(from(view, 0, first), rows, depth, solved);
    for (let row = 0; row < depth; row++) solved[packedAt(first + row, row, depth)] = 1;
    substituteRows(solved, 0, rows, packedTriangle(panel, depth));
    yield;
    const left = { panel: solved, rows };
    const after = { panel: panel.subarray(depth * depth), rows: size - rows };
    yield* subtractProducts(from(view, 0, rows), left, after, depth);
    yield* subtractProducts(view, left, left, depth, 'lower');
  }
  negateAndMirror(inverse, size);
  return inverse;
}

/** Turns the sums that were subtracted in the lower triangle into the full matrix. */
function negateAndMirror(matrix: Float64Array, size: number): void {
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      const value = -matrix[row * size + column];
      matrix[row * size + column] = value;
      matrix[column * size + row] = value;
    }
  }
}

function assertLength(what: string, values: Float64Array, expected: number): void {
  if (values.length !== expected) throw lengthMismatch(what, values.length, expected);
}
