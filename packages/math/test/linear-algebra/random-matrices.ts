/** Deterministic numbers between -1 and 1 (mulberry32). */
function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}

export function randomMatrix(rows: number, columns: number, seed: number): Float64Array {
  const next = uniform(seed);
  return Float64Array.from({ length: rows * columns }, next);
}

/** Inner products of the columns, plus `ridge` on the diagonal. */
export function gramOf(matrix: Float64Array, columns: number, ridge = 0): Float64Array {
  const gram = new Float64Array(columns * columns);
  for (let start = 0; start < matrix.length; start += columns) {
    const row = matrix.subarray(start, start + columns);
    for (const [i, left] of row.entries()) {
      for (const [j, right] of row.entries()) gram[i * columns + j] = (gram[i * columns + j] ?? 0) + left * right;
    }
  }
  for (let at = 0; at < gram.length; at += columns + 1) gram[at] = (gram[at] ?? 0) + ridge;
  return gram;
}

/** Row-major product of a matrix with `inner` columns and one with `columns` columns. */
export function product(left: Float64Array, right: Float64Array, inner: number, columns: number): Float64Array {
  const result = new Float64Array((left.length / inner) * columns);
  for (const [at, value] of left.entries()) {
    const [row, k] = [Math.floor(at / inner), at % inner];
    for (let j = 0; j < columns; j++) {
      result[row * columns + j] = (result[row * columns + j] ?? 0) + value * (right[k * columns + j] ?? 0);
    }
  }
  return result;
}

/** Solutions of A x = b for the rows b of `right`, by elimination with the largest pivots: an oracle for Cholesky. */
export function solveByElimination(matrix: Float64Array, size: number, right: Float64Array): Float64Array {
  const rows = Array.from({ length: size }, (_, i) => [
    ...matrix.subarray(i * size, (i + 1) * size),
    ...Array.from({ length: right.length / size }, (_, count) => right[count * size + i] ?? 0),
  ]);
  for (let k = 0; k < size; k++) eliminate(rows, k);
  return Float64Array.from(right, (_, at) => rows[at % size]?.[size + Math.floor(at / size)] ?? Number.NaN);
}

function eliminate(rows: number[][], k: number): void {
  const candidates = rows.map((row, i) => (i < k ? -1 : Math.abs(row[k] ?? 0)));
  const largest = candidates.indexOf(Math.max(...candidates));
  const pivotRow = rows[largest] ?? [];
  rows[largest] = rows[k] ?? [];
  const pivot = pivotRow[k] ?? 0;
  rows[k] = pivotRow.map((value) => value / pivot);
  for (const [i, row] of rows.entries()) {
    const factor = row[k] ?? 0;
    if (i === k || factor === 0) continue;
    for (const [j, value] of (rows[k] ?? []).entries()) if (j >= k) row[j] = (row[j] ?? 0) - factor * value;
  }
}

export function largestDifference(left: Float64Array, right: Float64Array): number {
  if (left.length !== right.length) return Number.POSITIVE_INFINITY;
  return left.reduce((most, value, at) => Math.max(most, Math.abs(value - (right[at] ?? Number.NaN))), 0);
}
