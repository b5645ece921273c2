import type { Matrix } from '@onnx-compress/core';
import type { Factors } from '../sites/site.js';

/**
 * The symmetric matrix whose eigenvalues are the squared singular values of another, and how its eigenvectors become the
 * factors of that.
 */
export interface Eigenproblem {
  readonly size: number;
  /** Sum of all eigenvalues. */
  readonly total: number;
  /** The symmetric matrix, size x size. */
  gram(): Promise<Float64Array>;
  /** Elements of the long side: multiplications for one element of `gram`, and for two of `apply`. */
  readonly depth: number;
  /** The symmetric matrix times a size x count matrix, without `gram`. */
  apply(columns: Matrix): Promise<Matrix>;
  /** The factors that the space of some orthonormal columns gives; they may become one of the factors. */
  factors(vectors: Matrix): Promise<Factors>;
}
