/** The same as `factorCholesky`, for matrices of a few columns. */
export function factorSmall(matrix: Float64Array, size: number): boolean {
  let largest = 0;
  for (let at = 0; at < matrix.length; at += size + 1) largest = Math.max(largest, matrix[at]);
  const least = size * Number.EPSILON * largest;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < row; column++) {
      matrix[row * size + column] = remainder(matrix, size, row, column) / matrix[column * size + column];
    }
    const pivot = remainder(matrix, size, row, row);
    if (!(pivot > least && pivot < Number.POSITIVE_INFINITY)) return false;
    matrix[row * size + row] = Math.sqrt(pivot);
  }
  return true;
}

function remainder(matrix: Float64Array, size: number, row: number, column: number): number {
  let value = matrix[row * size + column];
  for (let k = 0; k < column; k++) value -= matrix[row * size + k] * matrix[column * size + k];
  return value;
}

/** Share of the mean diagonal element that is added to the diagonal of a matrix without a factor. */
const JITTER = 1e-8;

/** The factor of a small symmetric matrix, if need be of one with a slightly larger diagonal; nothing if that fails. */
export function factorWithJitter(matrix: Float64Array, size: number): Float64Array | undefined {
  const exact = matrix.slice();
  if (factorSmall(exact, size)) return exact;
  const raised = matrix.slice();
  let trace = 0;
  for (let at = 0; at < matrix.length; at += size + 1) trace += matrix[at];
  for (let at = 0; at < matrix.length; at += size + 1) raised[at] += (JITTER * trace) / size;
  return factorSmall(raised, size) ? raised : undefined;
}
