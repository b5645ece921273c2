import type { Matrix } from '@onnx-compress/core';
import { symmetricEigen, tridiagonalEigen } from '@onnx-compress/math';
import { type Engine, pauseOf } from './engine.js';
import { toMatrix, transposed } from './paced-copies.js';
import { reflect } from './reflected.js';

/** Side up to which everything is computed here, in double precision; onnxruntime would save little. */
const SMALL_SIDE = 192;

/** The largest eigenvalues, and where they are wanted their vectors, one a column. */
export interface Leading {
  readonly values: Float64Array;
  readonly vectors: Matrix;
}

/**
 * The largest eigenvalues of a symmetric matrix and their vectors, which are orthonormal to about 1e-6.
 *
 * @param matrix size x size, is written over
 */
export async function leadingVectors(
  matrix: Float64Array,
  size: number,
  count: number,
  engine: Engine,
): Promise<Leading> {
  const pause = pauseOf(engine);
  if (size <= SMALL_SIDE) {
    const { values, vectors } = await symmetricEigen(matrix, size, pause, count);
    return { values, vectors: await transposed(await toMatrix(vectors, count, pause), pause) };
  }
  const eigen = await tridiagonalEigen(matrix, size, pause, count);
  const vectors = await transposed(await toMatrix(eigen.tridiagonalVectors, count, pause), pause);
  await reflect(eigen, vectors, engine);
  return { values: eigen.values, vectors };
}

/** Eigenvalues whose vectors nobody wants. */
export function withoutVectors(values: Float64Array): Leading {
  return { values, vectors: { rows: 0, columns: 0, values: new Float32Array() } };
}
