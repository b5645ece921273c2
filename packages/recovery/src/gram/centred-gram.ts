import { type Context, type Matrix, yieldToEventLoop } from '@onnx-compress/core';
import { addColumnProducts, ROWS_AT_A_TIME } from '../least-squares/products.js';
import { addColumns, blocksOf, type ColumnRange, centred } from './centred-block.js';

/** How columns vary together over sampled rows. */
export interface CentredGram {
  readonly rows: number;
  readonly columns: number;
  /** One mean for each column. */
  readonly mean: Float64Array;
  /** Columns x columns: sums over rows of the products of two columns, both less their means. Symmetric. */
  readonly products: Float64Array;
}

/** Rows that are mirrored between two pauses. */
const MIRRORED_ROWS = 128;

/** Copies the upper half to the lower one. */
async function mirror(products: Float64Array, columns: number, signal: Context['signal']): Promise<void> {
  for (let row = 1; row < columns; row++) {
    if (row % MIRRORED_ROWS === 0) await yieldToEventLoop(signal);
    for (let column = 0; column < row; column++) {
      products[row * columns + column] = products[column * columns + row] ?? 0;
    }
  }
}

/**
 * Means and centred products of all columns of a matrix, or of some. Numbers are centred before they are multiplied, so
 * that means far from 0 cost no precision. Takes 8 bytes for each pair of columns, and as much as 2048 rows of them.
 *
 * @throws CancelledError when the signal fires
 * @example
 * const { mean, products } = await centredGram(inputs, { gemm, signal });
 */
export async function centredGram(
  matrix: Matrix,
  { gemm, signal }: Pick<Context, 'gemm' | 'signal'>,
  columns: ColumnRange = { first: 0, count: matrix.columns },
): Promise<CentredGram> {
  const { rows } = matrix;
  const { count } = columns;
  const blocks = blocksOf(rows, ROWS_AT_A_TIME, columns);
  const sums = new Float64Array(count);
  for (const block of blocks) {
    await yieldToEventLoop(signal);
    addColumns(sums, matrix, block);
  }
  const mean = sums.map((sum) => sum / Math.max(1, rows));
  const products = new Float64Array(count * count);
  for (const block of blocks) {
    await yieldToEventLoop(signal);
    const part = centred(matrix, block, mean);
    await addColumnProducts(products, part, part, { gemm, signal });
  }
  await mirror(products, count, signal);
  return { rows, columns: count, mean, products };
}
