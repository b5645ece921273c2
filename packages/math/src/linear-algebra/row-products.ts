import { lengthMismatch } from '../messages.js';
import { from, rowMajor } from './matrix-view.js';
import { type Pause, paced, type Steps } from './pacing.js';
import { subtractProducts } from './packed-products.js';
import { PANEL, packedPanel, packRows } from './packed-rows.js';

/**
 * Inner products of all rows of one matrix with all rows of another, `left * transpose(right)`, in double precision.
 * With the same matrix twice, half of them are computed. For matrices that are too small, or products that must be too
 * exact, for onnxruntime.
 *
 * @param depth elements in a row of either
 * @param pause called about every 25 ms
 * @returns row-major, one row for each row of `left`
 * @throws RangeError when a matrix ends within a row
 * @example
 * await rowProducts(Float64Array.of(1, 2), Float64Array.of(3, 4, 5, 6), 2, async () => {}); // 11, 17
 */
export function rowProducts(
  left: Float64Array,
  right: Float64Array,
  depth: number,
  pause: Pause,
): Promise<Float64Array> {
  return paced(productSteps(left, right, depth), pause);
}

function* productSteps(left: Float64Array, right: Float64Array, depth: number): Steps<Float64Array> {
  const [rows, columns] = [rowsOf('left', left, depth), rowsOf('right', right, depth)];
  const products = new Float64Array(rows * columns);
  const target = rowMajor(products, columns);
  const isGram = left === right;
  const leftPanel = packedPanel(rows);
  const rightPanel = isGram ? leftPanel : packedPanel(columns);
  for (let first = 0; first < depth; first += PANEL) {
    const part = Math.min(PANEL, depth - first);
    packRows(from(rowMajor(left, depth), 0, first), rows, part, leftPanel);
    if (!isGram) packRows(from(rowMajor(right, depth), 0, first), columns, part, rightPanel);
    yield;
    const packed = { panel: leftPanel, rows };
    yield* subtractProducts(target, packed, { panel: rightPanel, rows: columns }, part, isGram ? 'lower' : 'all');
  }
  for (let at = 0; at < products.length; at++) products[at] = 0 - products[at];
  if (isGram) mirror(products, rows);
  return products;
}

function rowsOf(what: string, values: Float64Array, depth: number): number {
  const rows = depth === 0 ? 0 : Math.ceil(values.length / depth);
  if (values.length !== rows * depth) throw lengthMismatch(what, values.length, rows * depth);
  return rows;
}

function mirror(matrix: Float64Array, size: number): void {
  for (let row = 1; row < size; row++) {
    for (let column = 0; column < row; column++) matrix[column * size + row] = matrix[row * size + column];
  }
}
