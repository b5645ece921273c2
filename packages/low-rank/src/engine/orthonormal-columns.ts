import type { Matrix, Random } from '@onnx-compress/core';
import { factorCholesky, invertLower } from '@onnx-compress/math';
import { type Engine, pauseOf } from './engine.js';
import { gramOfColumns } from './gram.js';
import { toMatrix } from './paced-copies.js';
import { rowProductsOf } from './products.js';

/** Passes at most: the first ones only bring nearly dependent columns apart. */
const MOST_PASSES = 8;

/** What no column of unit length must lose, squared, when it is made orthogonal to those before, for a last pass. */
const LARGE_PIVOT = 1e-2;

/** Rounding error of the Gram matrix of unit columns, over the square root of their number. */
const GRAM_ERROR = 1e-7;

/** Passes after which a column that still is a sum of others will stay one. */
const PASSES_TO_SEPARATE = 2;

/** Makes those columns random, in place, of which a number is not above a limit; tells whether there are any. */
function replaceColumns(
  { rows, columns, values }: Matrix,
  numberOf: (column: number) => number,
  limit: number,
  random: Random,
): boolean {
  let isReplaced = false;
  for (let column = 0; column < columns; column++) {
    if (numberOf(column) > limit) continue;
    isReplaced = true;
    for (let row = 0; row < rows; row++) values[row * columns + column] = random.uniform() - 0.5;
  }
  return isReplaced;
}

/** Divides by the lengths of the columns, in place. */
function scaleToUnit(gram: Float64Array, count: number): Float64Array {
  const scales = Float64Array.from({ length: count }, (_, index) => 1 / Math.sqrt(gram[index * (count + 1)] ?? 1));
  for (let row = 0, at = 0; row < count; row++) {
    for (let column = 0; column < count; column++, at++) {
      gram[at] = (gram[at] ?? 0) * (scales[row] ?? 0) * (scales[column] ?? 0);
    }
  }
  return scales;
}

/** A Cholesky factor, and what was added to the diagonal for it. */
interface Shifted {
  readonly factor: Float64Array;
  readonly shift: number;
}

/** Adds so much to the diagonal that there is a factor. */
async function factorShifted(gram: Float64Array, count: number, engine: Engine): Promise<Shifted> {
  for (let shift = GRAM_ERROR * Math.sqrt(count); ; shift *= 10) {
    const factor = gram.map((value, at) => (at % (count + 1) === 0 ? value + shift : value));
    if (await factorCholesky(factor, count, pauseOf(engine))) return { factor, shift };
  }
}

/** Columns times the transposed inverse of a factor of the Gram matrix of the scaled columns. */
async function separated(matrix: Matrix, factor: Float64Array, scales: Float64Array, engine: Engine): Promise<Matrix> {
  const count = matrix.columns;
  const inverse = await invertLower(factor, count, pauseOf(engine));
  for (let at = 0; at < inverse.length; at++) inverse[at] = (inverse[at] ?? 0) * (scales[at % count] ?? 0);
  return rowProductsOf(matrix, await toMatrix(inverse, count, pauseOf(engine)), engine);
}

/**
 * Orthonormal columns that span what the columns of a matrix span, by Cholesky factors of their Gram matrix; its shifted
 * diagonal lets nearly dependent columns come apart over several passes. Columns that depend on others become random.
 *
 * @param matrix is written to where columns are replaced
 */
export async function orthonormalColumns(matrix: Matrix, engine: Engine): Promise<Matrix> {
  const { columns: count } = matrix;
  const { random } = engine;
  let current = matrix;
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const gram = await gramOfColumns(current, engine);
    if (replaceColumns(current, (column) => gram[column * (count + 1)] ?? 0, 0, random)) continue;
    const scales = scaleToUnit(gram, count);
    const { factor, shift } = await factorShifted(gram, count, engine);
    const pivotOf = (column: number) => (factor[column * (count + 1)] ?? 0) ** 2;
    if (pass >= PASSES_TO_SEPARATE && replaceColumns(current, pivotOf, 4 * shift, random)) continue;
    current = await separated(current, factor, scales, engine);
    if (scales.every((_, column) => pivotOf(column) > LARGE_PIVOT)) break;
  }
  return current;
}
