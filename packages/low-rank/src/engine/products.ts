import { type Matrix, yieldToEventLoop } from '@onnx-compress/core';
import type { Engine } from './engine.js';
import { PartCopies } from './part.js';

/** Elements of a large matrix that are handed to onnxruntime at a time, so that it holds no copy of all. */
const FEW_ELEMENTS = 2 ** 18;

/** Rows or columns at a time: no more elements than the other factor has, which is handed over each time. */
function countAtATime(length: number, other: Matrix): number {
  return Math.max(64, Math.floor(Math.max(FEW_ELEMENTS, other.values.length) / Math.max(1, length)));
}

/** `left * transpose(right)` in single precision. */
export async function rowProductsOf(left: Matrix, right: Matrix, { gemm, signal }: Engine): Promise<Matrix> {
  const values = new Float32Array(left.rows * right.rows);
  const rowsAtATime = countAtATime(left.columns, right);
  for (let row = 0; row < left.rows; row += rowsAtATime) {
    const rows = Math.min(rowsAtATime, left.rows - row);
    const part = { ...left, rows, values: left.values.subarray(row * left.columns, (row + rows) * left.columns) };
    await gemm.rowProducts(part, right, (products) => values.set(products.values, row * right.rows), signal);
  }
  return { rows: left.rows, columns: right.rows, values };
}

/** `transpose(left) * right` in single precision. */
export async function columnProductsOf(left: Matrix, right: Matrix, { gemm, signal }: Engine): Promise<Matrix> {
  const result = { rows: left.columns, columns: right.columns, values: new Float32Array(left.columns * right.columns) };
  const copies = new PartCopies();
  const columnsAtATime = countAtATime(right.rows, left);
  for (let column = 0; column < right.columns; column += columnsAtATime) {
    const columns = Math.min(columnsAtATime, right.columns - column);
    const part = copies.of(right, { row: 0, rows: right.rows, column, columns });
    await gemm.columnProducts(left, part, (products) => setColumns(result, products, column), signal);
  }
  return result;
}

function setColumns(target: Matrix, { rows, columns, values }: Matrix, first: number): void {
  for (let row = 0; row < rows; row++) {
    target.values.set(values.subarray(row * columns, (row + 1) * columns), row * target.columns + first);
  }
}

/** Elements that are multiplied between two pauses. */
const BETWEEN_PAUSES = 2 ** 20;

/** Sum of the products of equal places: the trace of `left * transpose(right)`. */
export async function innerProduct(
  left: Float32Array | Float64Array,
  right: Float32Array | Float64Array,
  { signal }: Engine,
): Promise<number> {
  let sum = 0;
  for (let first = 0; first < left.length; first += BETWEEN_PAUSES) {
    await yieldToEventLoop(signal);
    sum += innerProductOf(left.subarray(first, first + BETWEEN_PAUSES), right.subarray(first, first + BETWEEN_PAUSES));
  }
  return sum;
}

function innerProductOf(left: ArrayLike<number>, right: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < left.length; at++) sum += (left[at] ?? 0) * (right[at] ?? 0);
  return sum;
}
