import type { Matrix } from '@onnx-compress/core';
import { rowProducts } from '@onnx-compress/math';
import type { Eigenproblem } from './eigenproblem.js';
import { type Engine, pauseOf } from './engine.js';
import { gramOfColumns } from './gram.js';
import { columnProductsOf, innerProduct, rowProductsOf, transposed } from './products.js';
import { FEW_MULTIPLICATIONS } from './row-problem.js';

/** W^T W of a matrix, in double precision where the numbers are few. */
export function columnGram(matrix: Matrix, engine: Engine): Promise<Float64Array> {
  const { rows, columns } = matrix;
  if (rows * columns * columns > FEW_MULTIPLICATIONS) return gramOfColumns(matrix, engine);
  const values = new Float64Array(transposed(matrix).values);
  return rowProducts(values, values, rows, pauseOf(engine));
}

/** W^T W, of the size of the columns. Its eigenvectors V give the factors W V and V^T. */
export async function columnProblem(matrix: Matrix, engine: Engine): Promise<Eigenproblem> {
  return {
    size: matrix.columns,
    depth: matrix.rows,
    total: await innerProduct(matrix.values, matrix.values, engine),
    gram: () => columnGram(matrix, engine),
    apply: async (columns) =>
      columnProductsOf(matrix, await rowProductsOf(matrix, transposed(columns), engine), engine),
    factors: async (vectors) => {
      const right = transposed(vectors);
      return { left: await rowProductsOf(matrix, right, engine), right };
    },
  };
}
