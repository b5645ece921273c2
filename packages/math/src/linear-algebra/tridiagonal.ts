import type { Steps } from './pacing.js';

/** A symmetric matrix as Q T Q^T, T being tridiagonal and Q a product of reflections. */
export interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** Element i couples i and i + 1. */
  readonly offDiagonal: Float64Array;
  /** Row k holds, left of the diagonal, the vector v of the reflection I - factors[k] v v^T of the first k coordinates. */
  readonly reflections: Float64Array;
  readonly factors: Float64Array;
}

/** What is still to be subtracted from the rows, v w^T + w v^T, and the vector x that they are multiplied with meanwhile. */
interface Pass {
  readonly v: Float64Array;
  readonly w: Float64Array;
  readonly x: Float64Array;
  readonly products: Float64Array;
}

/**
 * Householder's reduction from the last row upwards, in place, on the lower triangle. One pass over the triangle both
 * subtracts what the last reflection changed and multiplies with the vector of the next, so that memory is read once.
 *
 * Source: Golub and Van Loan, Matrix Computations, 4th edition (Householder tridiagonalization).
 */
export function* tridiagonalSteps(matrix: Float64Array, size: number): Steps<Tridiagonal> {
  const diagonal = new Float64Array(size);
  const offDiagonal = new Float64Array(size);
  const factors = new Float64Array(size);
  let v = new Float64Array(size);
  let x = new Float64Array(size);
  const w = new Float64Array(size);
  const products = new Float64Array(size);
  for (let k = size - 1; k > 0; k--) {
    const row = matrix.subarray(k * size, k * size + k);
    diagonal[k] = matrix[k * size + k];
    factors[k] = reflect(row, offDiagonal);
    x.set(row);
    products.fill(0, 0, k);
    subtractAndMultiply(matrix, size, k, { v, w, x, products });
    nextDifference(w, products, x, factors[k], k);
    [v, x] = [x, v];
    subtractFromRow(matrix, (k - 1) * size, k - 1, v, w);
    yield;
  }
  if (size > 0) diagonal[0] = matrix[0];
  return { diagonal, offDiagonal, reflections: matrix, factors };
}

/** Replaces a row by the vector of the reflection that leaves its last element only, which becomes off-diagonal. */
function reflect(row: Float64Array, offDiagonal: Float64Array): number {
  const last = row.length - 1;
  let squares = 0;
  for (let at = 0; at < last; at++) squares += row[at] * row[at];
  const element = row[last];
  row[last] = 1;
  offDiagonal[last] = element;
  if (squares === 0) return 0;
  const left = element > 0 ? -Math.sqrt(element * element + squares) : Math.sqrt(element * element + squares);
  for (let at = 0; at < last; at++) row[at] /= element - left;
  offDiagonal[last] = left;
  return (left - element) / left;
}

/** The first `count` rows: four at a time, so that what belongs to the columns is read less often. */
function subtractAndMultiply(matrix: Float64Array, size: number, count: number, pass: Pass): void {
  for (let row = 0; row < count; row += 4) {
    const height = Math.min(4, count - row);
    if (height === 4) subtractAndMultiplyFour(matrix, size, row, pass);
    const done = height === 4 ? row : 0;
    for (let last = row; last < row + height; last++) subtractAndMultiplyRow(matrix, size, last, done, pass);
  }
}

/** Row `row`, from column `first` to the diagonal. */
function subtractAndMultiplyRow(matrix: Float64Array, size: number, row: number, first: number, pass: Pass): void {
  const { v, w, x, products } = pass;
  const start = row * size;
  for (let column = first; column <= row; column++) {
    const element = matrix[start + column] - v[row] * w[column] - w[row] * v[column];
    matrix[start + column] = element;
    products[row] += element * x[column];
    if (column < row) products[column] += element * x[row];
  }
}

/** Four rows, left of the square on the diagonal. */
function subtractAndMultiplyFour(matrix: Float64Array, size: number, row: number, { v, w, x, products }: Pass): void {
  const [v0, v1, v2, v3] = [v[row], v[row + 1], v[row + 2], v[row + 3]];
  const [w0, w1, w2, w3] = [w[row], w[row + 1], w[row + 2], w[row + 3]];
  const [x0, x1, x2, x3] = [x[row], x[row + 1], x[row + 2], x[row + 3]];
  let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
  let at = row * size;
  for (let column = 0; column < row; column++, at++) {
    const vj = v[column];
    const wj = w[column];
    const xj = x[column];
    const a0 = matrix[at] - v0 * wj - w0 * vj;
    const a1 = matrix[at + size] - v1 * wj - w1 * vj;
    const a2 = matrix[at + 2 * size] - v2 * wj - w2 * vj;
    const a3 = matrix[at + 3 * size] - v3 * wj - w3 * vj;
    matrix[at] = a0;
    matrix[at + size] = a1;
    matrix[at + 2 * size] = a2;
    matrix[at + 3 * size] = a3;
    sum0 += a0 * xj;
    sum1 += a1 * xj;
    sum2 += a2 * xj;
    sum3 += a3 * xj;
    products[column] += a0 * x0 + a1 * x1 + a2 * x2 + a3 * x3;
  }
  products[row] += sum0;
  products[row + 1] += sum1;
  products[row + 2] += sum2;
  products[row + 3] += sum3;
}

/** With p = factor A x, the w of H A H = A - x w^T - w x^T, which is p - (factor / 2) (p x) x. */
function nextDifference(w: Float64Array, products: Float64Array, x: Float64Array, factor: number, count: number): void {
  let inner = 0;
  for (let at = 0; at < count; at++) inner += products[at] * x[at];
  const share = (factor * factor * inner) / 2;
  for (let at = 0; at < count; at++) w[at] = factor * products[at] - share * x[at];
}

function subtractFromRow(matrix: Float64Array, start: number, row: number, v: Float64Array, w: Float64Array): void {
  for (let column = 0; column <= row; column++) {
    matrix[start + column] -= v[row] * w[column] + w[row] * v[column];
  }
}
