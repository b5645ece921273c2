import type { Matrix } from '@onnx-compress/core';
import type { Tridiagonal } from '@onnx-compress/math';
import type { Engine } from './engine.js';
import { columnProductsOf, rowProductsOf } from './products.js';

/** Reflections that are applied by one pair of matrix products. */
const BLOCK = 64;

/** Memory for the vectors of a block, used again and again. */
interface BlockMemory {
  readonly rows: Float32Array;
  readonly columns: Float32Array;
}

/** The vectors of consecutive reflections without the coordinates that none of them touches, by rows and by columns. */
function blockOf({ reflections, factors }: Tridiagonal, first: number, end: number, memory: BlockMemory) {
  const size = factors.length;
  const [length, count] = [end - 1, end - first];
  const rows = { rows: count, columns: length, values: memory.rows.subarray(0, count * length).fill(0) };
  const columns = { rows: length, columns: count, values: memory.columns.subarray(0, count * length).fill(0) };
  for (let k = first; k < end; k++) {
    rows.values.set(reflections.subarray(k * size, k * size + k), (k - first) * length);
    for (let at = 0; at < k; at++) columns.values[at * count + k - first] = reflections[k * size + at] ?? 0;
  }
  return { rows, columns };
}

/** The transpose of the triangle T for which I - V^T T V is the product of reflections, the first one rightmost. */
function triangleOf(gram: Float32Array, factors: Float64Array): Matrix {
  const count = factors.length;
  const values = new Float32Array(count * count);
  for (const [row, factor] of factors.entries()) {
    values[row * (count + 1)] = factor;
    for (let column = 0; column < row; column++) {
      let sum = 0;
      for (let k = column; k < row; k++) sum += (gram[row * count + k] ?? 0) * (values[column * count + k] ?? 0);
      values[column * count + row] = -factor * sum;
    }
  }
  return { rows: count, columns: count, values };
}

/** Subtracts from the first rows. */
function subtract({ values }: Matrix, products: Matrix): void {
  for (let at = 0; at < products.values.length; at++) values[at] = (values[at] ?? 0) - (products.values[at] ?? 0);
}

/**
 * Q times columns, in place, where Q makes a matrix tridiagonal: blocks of its reflections as matrix products.
 *
 * Source: Golub and Van Loan, Matrix Computations, 4th edition (blocks of Householder reflections).
 */
export async function reflect(tridiagonal: Tridiagonal, columns: Matrix, engine: Engine): Promise<void> {
  const size = tridiagonal.factors.length;
  const memory = { rows: new Float32Array(BLOCK * size), columns: new Float32Array(BLOCK * size) };
  for (let first = 1; first < size; first += BLOCK) {
    const end = Math.min(size, first + BLOCK);
    const block = blockOf(tridiagonal, first, end, memory);
    const gram = await rowProductsOf(block.rows, block.rows, engine);
    const triangle = triangleOf(gram.values, tridiagonal.factors.subarray(first, end));
    const inner = await columnProductsOf(block.columns, { ...columns, rows: end - 1 }, engine);
    const shares = await columnProductsOf(triangle, inner, engine);
    await engine.gemm.columnProducts(block.rows, shares, (products) => subtract(columns, products), engine.signal);
  }
}
