import { factorSmall } from './small-cholesky.js';

/**
 * Rows of numbers in groups: `columns` numbers for each group, group after group. Depthwise convolutions are fed so, with a
 * few columns for each of many groups.
 */
export interface GroupedRows {
  readonly values: Float32Array;
  readonly rows: number;
  readonly groups: number;
  readonly columns: number;
}

/**
 * Adds the Gram matrix of each group, as far as its diagonal.
 *
 * @param sums groups x columns x columns; what lies above the diagonals stays as it is
 */
export function addGroupedGrams({ values, rows, groups, columns }: GroupedRows, sums: Float64Array): void {
  for (let row = 0, at = 0; row < rows; row++) {
    for (let group = 0, to = 0; group < groups; group++, at += columns) {
      for (let i = 0; i < columns; i++, to += columns) {
        const factor = values[at + i];
        for (let j = 0; j <= i; j++) sums[to + j] += factor * values[at + j];
      }
    }
  }
}

/**
 * Adds the products of targets with the inputs of their group.
 *
 * @param targets rows x groups x outputs
 * @param sums groups x outputs x columns
 */
export function addGroupedProducts(
  { values, rows, groups, columns }: GroupedRows,
  targets: Float32Array,
  outputs: number,
  sums: Float64Array,
): void {
  for (let row = 0, at = 0, target = 0; row < rows; row++) {
    for (let group = 0, to = 0; group < groups; group++, at += columns) {
      for (let output = 0; output < outputs; output++) {
        const factor = targets[target++];
        for (let j = 0; j < columns; j++, to++) sums[to] += factor * values[at + j];
      }
    }
  }
}

/**
 * What weights make of the inputs of their group.
 *
 * @param weights groups x outputs x columns
 * @param results rows x groups x outputs
 */
export function groupedPredictions(
  { values, rows, groups, columns }: GroupedRows,
  weights: Float64Array,
  outputs: number,
  results: Float32Array,
): void {
  for (let row = 0, at = 0, result = 0; row < rows; row++) {
    for (let group = 0, from = 0; group < groups; group++, at += columns) {
      for (let output = 0; output < outputs; output++) {
        let sum = 0;
        for (let j = 0; j < columns; j++) sum += weights[from++] * values[at + j];
        results[result++] = sum;
      }
    }
  }
}

function solveSmall(factor: Float64Array, start: number, size: number, right: Float64Array, at: number): void {
  for (let row = 0; row < size; row++) {
    let sum = right[at + row];
    for (let k = 0; k < row; k++) sum -= factor[start + row * size + k] * right[at + k];
    right[at + row] = sum / factor[start + row * size + row];
  }
  for (let row = size - 1; row >= 0; row--) {
    let sum = right[at + row];
    for (let k = row + 1; k < size; k++) sum -= factor[start + k * size + row] * right[at + k];
    right[at + row] = sum / factor[start + row * size + row];
  }
}

/**
 * Ridge regression in each group by itself. A group whose inputs do not vary, or whose matrix is not positive definite,
 * gets zeros.
 *
 * @param grams groups x columns x columns, read up to the diagonals
 * @param products groups x outputs x columns, replaced by the solutions
 * @param ridge relative to the mean diagonal of each Gram matrix
 */
export function solveGroupedRidge(
  grams: Float64Array,
  products: Float64Array,
  { groups, columns, outputs }: { readonly groups: number; readonly columns: number; readonly outputs: number },
  ridge: number,
): void {
  const factors = grams.slice();
  const step = columns * columns;
  for (let group = 0; group < groups; group++) {
    const start = group * step;
    let trace = 0;
    for (let i = 0; i < columns; i++) trace += grams[start + i * (columns + 1)];
    for (let i = 0; i < columns; i++) factors[start + i * (columns + 1)] += (ridge * trace) / columns;
    const solvable = trace > 0 && factorSmall(factors.subarray(start, start + step), columns);
    for (let output = 0; output < outputs; output++) {
      const at = (group * outputs + output) * columns;
      if (solvable) solveSmall(factors, start, columns, products, at);
      else products.fill(0, at, at + columns);
    }
  }
}
