import type { Matrix } from '@onnx-compress/core';
import { rowProducts } from '@onnx-compress/math';
import type { Eigenproblem } from './eigenproblem.js';
import { type Engine, pauseOf } from './engine.js';
import { gramOfColumns } from './gram.js';
import { transposed } from './paced-copies.js';
import { columnProductsOf, innerProduct, rowProductsOf } from './products.js';
import { FEW_MULTIPLICATIONS } from './row-problem.js';

/** W^T W of a matrix, in double precision where the numbers are few. */
export async function columnGram(matrix: Matrix, engine: Engine): Promise<Float64Array> {
  const { rows, columns } = matrix;
  if (rows * columns * columns > FEW_MULTIPLICATIONS) return gramOfColumns(matrix, engine);
  const pause = pauseOf(engine);
  const values = new Float64Array((await transposed(matrix, pause)).values);
  return rowProducts(values, values, rows, pause);
}

/** W^T W, of the size of the columns. Its eigenvectors V give the factors W V and V^T. */
export async function columnProblem(matrix: Matrix, engine: Engine): Promise<Eigenproblem> {
  const pause = pauseOf(engine);
  return {
    size: matrix.columns,
    depth: matrix.rows,
    total: await innerProduct(matrix.values, matrix.values, engine),
    gram: () => columnGram(matrix, engine),
    apply: async (columns) =>
      columnProductsOf(matrix, await rowProductsOf(matrix, await transposed(columns, pause), engine), engine),
    factors: async (vectors) => {
      const right = await transposed(vectors, pause);
      return { left: await rowProductsOf(matrix, right, engine), right };
    },
  };
}
