import type { CentredGram } from '@onnx-compress/recovery';

type Rows = readonly (readonly number[])[];

/** Solves `matrix * x = right` for several right sides by elimination with pivots. */
function solve(matrix: Rows, right: Rows): number[][] {
  const rows = matrix.map((row, index) => [...row, ...(right[index] ?? [])]);
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    const candidates = rows.slice(column).map((row) => Math.abs(row[column] ?? 0));
    const pivot = column + candidates.indexOf(Math.max(...candidates));
    const [chosen = [], other = []] = [rows[pivot], rows[column]];
    rows[column] = chosen.map((value) => value / (chosen[column] ?? 0));
    if (pivot !== column) rows[pivot] = other;
    for (const [index, row] of rows.entries()) {
      const factor = row[column] ?? 0;
      if (index !== column) rows[index] = row.map((value, at) => value - factor * (rows[column]?.[at] ?? 0));
    }
  }
  return rows.map((row) => row.slice(size));
}

/**
 * The least squared error of a layer without some of its channels, when the weights of the others are found anew with a
 * ridge of 1 % toward the old ones; as a part of the energy of the output. Worked out from the normal equations.
 *
 * @param block columns of a channel
 */
export function errorWithout({ products, columns }: CentredGram, weights: Float64Array, block: number) {
  const gram = (row: number, column: number) => products[row * columns + column] ?? 0;
  const all = [...Array(columns).keys()];
  const ridge = (0.01 * all.reduce((sum, index) => sum + gram(index, index), 0)) / columns;
  const matrix = (rows: readonly number[], others: readonly number[]) =>
    rows.map((row) => others.map((other) => gram(row, other) + (row === other ? ridge : 0)));
  const outputs = [...Array(weights.length / columns).keys()];
  const weight = (output: number, column: number) => weights[output * columns + column] ?? 0;
  let energy = 0;
  for (const output of outputs) {
    for (const row of all)
      for (const other of all) energy += weight(output, row) * gram(row, other) * weight(output, other);
  }
  return (channels: readonly number[]): number => {
    const gone = all.filter((column) => channels.includes(Math.floor(column / block)));
    const kept = all.filter((column) => !gone.includes(column));
    // What the kept columns have to take over, for each output: changes with `H_kk * change = H_kg * w_g`.
    const lost = outputs.map((output) => gone.map((column) => weight(output, column)));
    const times = (rows: Rows, vector: readonly number[]) =>
      rows.map((row) => row.reduce((sum, value, index) => sum + value * (vector[index] ?? 0), 0));
    let error = 0;
    for (const vector of lost) {
      const right = times(matrix(kept, gone), vector);
      const change = solve(
        matrix(kept, kept),
        right.map((value) => [value]),
      ).map(([value = 0]) => value);
      const own = times(matrix(gone, gone), vector).reduce(
        (sum, value, index) => sum + value * (vector[index] ?? 0),
        0,
      );
      error += own - change.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
    }
    return error / energy;
  };
}
