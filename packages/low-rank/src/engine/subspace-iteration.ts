import { type Matrix, yieldToEventLoop } from '@onnx-compress/core';
import { symmetricEigenvalues } from '@onnx-compress/math';
import { type Leading, leadingVectors, withoutVectors } from './eigenvectors.js';
import { type Engine, pauseOf } from './engine.js';
import { gramOfRows } from './gram.js';
import { oversampled, type Wanted } from './operation-counts.js';
import { orthonormalColumns } from './orthonormal-columns.js';
import { transposed } from './paced-copies.js';
import { rowProductsOf } from './products.js';

const MOST_ITERATIONS = 12;

/** Part of the energy outside the space, by which the energy inside it still grows when the iteration ends. */
const SETTLED = 5e-3;

/** Part of the smallest Rayleigh quotient that is subtracted from all eigenvalues. */
const SHIFT = 0.45;

/** A symmetric positive semidefinite matrix as what it does to columns. */
export interface Operator {
  readonly size: number;
  /** Sum of all eigenvalues. */
  readonly total: number;
  apply(columns: Matrix): Promise<Matrix>;
}

/** Random numbers that are drawn between two pauses. */
const DRAWN_NUMBERS = 2 ** 17;

async function randomColumns(rows: number, columns: number, { random, signal }: Engine): Promise<Matrix> {
  const values = new Float32Array(rows * columns);
  for (let at = 0; at < values.length; at++) {
    if (at % DRAWN_NUMBERS === 0) await yieldToEventLoop(signal);
    values[at] = random.uniform() - 0.5;
  }
  return { rows, columns, values };
}

/** What each column of an orthonormal basis holds of the operator: x^T A x from the columns x and their images A x. */
function rayleighQuotients(basis: Matrix, image: Matrix): Float64Array {
  const quotients = new Float64Array(basis.columns);
  for (let start = 0; start < basis.values.length; start += basis.columns) {
    for (let column = 0; column < basis.columns; column++) {
      const product = (basis.values[start + column] ?? 0) * (image.values[start + column] ?? 0);
      quotients[column] = (quotients[column] ?? 0) + product;
    }
  }
  return quotients;
}

/** Images under A - shift I, in place of those under A. */
function subtractShift(image: Matrix, basis: Matrix, shift: number): void {
  for (let at = 0; at < image.values.length; at++) {
    image.values[at] = (image.values[at] ?? 0) - shift * (basis.values[at] ?? 0);
  }
}

/**
 * The largest eigenvalues by randomized subspace iteration, until the energy in the space hardly grows; then by Rayleigh
 * and Ritz within it. Some more vectors than wanted are iterated. A shift by less than half of the smallest value in the
 * space makes what is outside shrink about twice as fast.
 *
 * Source: Halko, Martinsson, Tropp, Finding structure with randomness, SIAM Review 53, 2011, algorithm 4.4.
 */
export async function subspaceIteration(operator: Operator, wanted: Wanted, engine: Engine): Promise<Leading> {
  const start = await randomColumns(operator.size, oversampled(wanted.count), engine);
  let image = await operator.apply(start);
  let before = 0;
  for (let iteration = 1; ; iteration++) {
    const basis = await orthonormalColumns(image, engine);
    image = await operator.apply(basis);
    const quotients = rayleighQuotients(basis, image);
    const inside = quotients.reduce((sum, value) => sum + value, 0);
    const hasSettled = inside - before <= SETTLED * Math.max(0, operator.total - inside);
    if (iteration === MOST_ITERATIONS || hasSettled) return withinSpace(basis, image, wanted, engine);
    subtractShift(
      image,
      basis,
      SHIFT *
        Math.max(
          0,
          quotients.reduce((least, value) => Math.min(least, value), Infinity),
        ),
    );
    before = inside;
  }
}

/** Eigenvalues and eigenvectors of the operator restricted to the space of a basis. */
async function withinSpace(basis: Matrix, image: Matrix, { count, vectors }: Wanted, engine: Engine): Promise<Leading> {
  const size = basis.columns;
  const pause = pauseOf(engine);
  const rows = await transposed(basis, pause);
  const core = await gramOfRows(rows, await transposed(image, pause), engine);
  if (!vectors) {
    const values = await symmetricEigenvalues(core, size, pause);
    return withoutVectors(values.slice(0, count));
  }
  const eigen = await leadingVectors(core, size, count, engine);
  const directions = await transposed(eigen.vectors, pause);
  return { values: eigen.values, vectors: await rowProductsOf(basis, directions, engine) };
}
