import { type Matrix, yieldToEventLoop } from '@onnx-compress/core';
import type { Engine } from './engine.js';
import { PartCopies } from './part.js';

/** Side of the squares that a Gram matrix is computed in, where it is larger. */
const SIDE = 1024;

/** Elements of a product that are summed in single precision, before they are added in double. */
const DEPTH = 512;

/** Adds products to the square at a row and a column. */
function addAt(gram: Float64Array, size: number, row: number, column: number, products: Matrix): void {
  for (let index = 0, at = 0; index < products.rows; index++) {
    const end = (row + index) * size + column + products.columns;
    for (let to = end - products.columns; to < end; to++, at++) {
      gram[to] = (gram[to] ?? 0) + (products.values[at] ?? 0);
    }
  }
}

/** Rows that are mirrored between two pauses. */
const MIRRORED_ROWS = 128;

async function mirror(gram: Float64Array, size: number, { signal }: Engine): Promise<void> {
  for (let row = 1; row < size; row++) {
    if (row % MIRRORED_ROWS === 0) await yieldToEventLoop(signal);
    for (let column = 0; column < row; column++) gram[column * size + row] = gram[row * size + column] ?? 0;
  }
}

/** The squares on and below the diagonal. */
function squaresOf(size: number): readonly { readonly row: number; readonly column: number }[] {
  const count = Math.ceil(size / SIDE);
  return Array.from({ length: count }, (_, row) => row).flatMap((row) =>
    Array.from({ length: row + 1 }, (_, column) => ({ row: row * SIDE, column: column * SIDE })),
  );
}

/**
 * `left * transpose(right)` where that is symmetric, as for a matrix with itself. Only what is on and below the diagonal
 * is computed, by onnxruntime in parts that are added up in double precision.
 */
export async function gramOfRows(left: Matrix, right: Matrix, engine: Engine): Promise<Float64Array> {
  const { gemm, signal } = engine;
  const { rows: size, columns: length } = left;
  const gram = new Float64Array(size * size);
  const [ownCopies, otherCopies] = [new PartCopies(), new PartCopies()];
  for (const { row, column } of squaresOf(size)) {
    for (let first = 0; first < length; first += DEPTH) {
      await yieldToEventLoop(signal);
      const depth = { column: first, columns: Math.min(DEPTH, length - first) };
      const above = ownCopies.of(left, { row, rows: Math.min(SIDE, size - row), ...depth });
      const isSame = left === right && row === column;
      const other = isSame
        ? above
        : otherCopies.of(right, { row: column, rows: Math.min(SIDE, size - column), ...depth });
      await gemm.rowProducts(above, other, (products) => addAt(gram, size, row, column, products), signal);
    }
  }
  await mirror(gram, size, engine);
  return gram;
}

/** `transpose(matrix) * matrix`, otherwise as `gramOfRows`. */
export async function gramOfColumns(matrix: Matrix, engine: Engine): Promise<Float64Array> {
  const { gemm, signal } = engine;
  const { columns: size, rows: length } = matrix;
  const gram = new Float64Array(size * size);
  const [ownCopies, otherCopies] = [new PartCopies(), new PartCopies()];
  for (const { row, column } of squaresOf(size)) {
    for (let first = 0; first < length; first += DEPTH) {
      await yieldToEventLoop(signal);
      const depth = { row: first, rows: Math.min(DEPTH, length - first) };
      const above = ownCopies.of(matrix, { column: row, columns: Math.min(SIDE, size - row), ...depth });
      const other =
        row === column ? above : otherCopies.of(matrix, { column, columns: Math.min(SIDE, size - column), ...depth });
      await gemm.columnProducts(above, other, (products) => addAt(gram, size, row, column, products), signal);
    }
  }
  await mirror(gram, size, engine);
  return gram;
}
