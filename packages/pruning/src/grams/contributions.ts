import type { Context } from '@onnx-compress/core';
import { present } from '@onnx-compress/graph';
import { OTHER } from './group-consumers.js';

/** Part of a layer whose outputs are computed from the same columns: all of it, or one group of a convolution. */
export interface Weighing {
  readonly columns: number;
  /** One row of `columns` weights for each output. */
  readonly weights: Float64Array;
  /** Products of the columns with each other over the sampled rows, centred. */
  readonly products: Float64Array;
}

/** What units add to the outputs of a layer, about its mean. */
export interface Contributions {
  /** Sum of the squares of all outputs over the sampled rows, about their means. */
  readonly energy: number;
  /** For each map of columns to units: products of what the units add, summed over rows and outputs. */
  readonly products: readonly Float64Array[];
}

/** A map of columns to units, and how many of these there are. */
export interface UnitMap {
  readonly units: number;
  readonly unitOfColumn: Int32Array;
}

/**
 * The contributions of units to the outputs of a layer: with `z_i = X_i W_i^T`, what the columns of unit i add,
 * `M[i][j] = <z_i, z_j> = sum over a in i, b in j of G[a][b] (W^T W)[a][b]`.
 */
export async function contributionsOf(
  { columns, weights, products }: Weighing,
  maps: readonly UnitMap[],
  { gemm, signal }: Pick<Context, 'gemm' | 'signal'>,
): Promise<Contributions> {
  const matrix = { rows: weights.length / columns, columns, values: Float32Array.from(weights) };
  const sums = maps.map(({ units }) => new Float64Array(units * units));
  let energy = 0;
  const weigh = ({ values }: { readonly values: Float32Array }) => {
    const weighed = new Float64Array(columns);
    for (let row = 0; row < columns; row++) {
      for (let column = 0, at = row * columns; column < columns; column++, at++) {
        const product = (products[at] ?? 0) * (values[at] ?? 0);
        weighed[column] = product;
        energy += product;
      }
      for (const [index, map] of maps.entries()) addRow(present(sums[index], 'sums'), weighed, row, map);
    }
  };
  await gemm.columnProducts(matrix, matrix, weigh, signal);
  return { energy, products: sums };
}

/** Adds the products of one column with all columns to those of their units. */
function addRow(sums: Float64Array, weighed: Float64Array, row: number, { units, unitOfColumn }: UnitMap): void {
  const first = unitOfColumn[row] ?? OTHER;
  if (first === OTHER) return;
  for (let column = 0; column < weighed.length; column++) {
    const second = unitOfColumn[column] ?? OTHER;
    if (second === OTHER) continue;
    const at = first * units + second;
    sums[at] = (sums[at] ?? 0) + (weighed[column] ?? 0);
  }
}
