import { type Context, type Matrix, yieldToEventLoop } from '@onnx-compress/core';
import { rowsOf, toMatrix } from './matrices.js';

/** Where products of matrices are computed. */
export type Products = Pick<Context, 'gemm' | 'signal'>;

/** Rows that are summed in single precision before they are added in double. */
export const ROWS_AT_A_TIME = 2048;

/** Matrices with at most so many columns are multiplied here: asking onnxruntime would take longer. */
const FEW_COLUMNS = 32;

/** Adds `transpose(left) * right` of a few columns. */
function addSmall(left: Matrix, right: Matrix, sums: Float64Array): void {
  for (let row = 0; row < left.rows; row++) {
    for (let i = 0; i < left.columns; i++) {
      const factor = left.values[row * left.columns + i] ?? 0;
      const [from, to] = [row * right.columns, i * right.columns];
      for (let j = 0; j < right.columns; j++)
        sums[to + j] = (sums[to + j] ?? 0) + factor * (right.values[from + j] ?? 0);
    }
  }
}

/** Adds `transpose(left) * right` of two matrices with the same rows; sums are in double precision. */
export async function addColumnProducts(
  sums: Float64Array,
  left: Matrix,
  right: Matrix,
  { gemm, signal }: Products,
): Promise<void> {
  if (Math.max(left.columns, right.columns) <= FEW_COLUMNS) {
    addSmall(left, right, sums);
    return;
  }
  for (let first = 0; first < left.rows; first += ROWS_AT_A_TIME) {
    await yieldToEventLoop(signal);
    const count = Math.min(ROWS_AT_A_TIME, left.rows - first);
    const part = rowsOf(left, first, count);
    const other = left === right ? part : rowsOf(right, first, count);
    await gemm.columnProducts(part, other, ({ values }) => addTo(sums, values), signal);
  }
}

/** `transpose(left) * right`, see `addColumnProducts`. */
export async function columnProducts(left: Matrix, right: Matrix, products: Products): Promise<Float64Array> {
  const sums = new Float64Array(left.columns * right.columns);
  await addColumnProducts(sums, left, right, products);
  return sums;
}

function addTo(sums: Float64Array, values: Float32Array): void {
  for (let index = 0; index < sums.length; index++) sums[index] = (sums[index] ?? 0) + (values[index] ?? 0);
}

/** What weights make of inputs: `inputs * transpose(weights)`, one column for each row of the weights. */
export async function predictions(inputs: Matrix, weights: Float64Array, { gemm, signal }: Products): Promise<Matrix> {
  const factor = toMatrix(weights, inputs.columns);
  const values = new Float32Array(inputs.rows * factor.rows);
  if (inputs.columns <= FEW_COLUMNS && factor.rows <= FEW_COLUMNS) multiplySmall(inputs, factor, values);
  else await gemm.rowProducts(inputs, factor, (product) => values.set(product.values), signal);
  return { rows: inputs.rows, columns: factor.rows, values };
}

function multiplySmall(inputs: Matrix, weights: Matrix, values: Float32Array): void {
  const { columns } = inputs;
  for (let row = 0, at = 0; row < inputs.rows; row++) {
    for (let output = 0; output < weights.rows; output++) {
      let sum = 0;
      for (let column = 0; column < columns; column++) {
        sum += (inputs.values[row * columns + column] ?? 0) * (weights.values[output * columns + column] ?? 0);
      }
      values[at++] = sum;
    }
  }
}
