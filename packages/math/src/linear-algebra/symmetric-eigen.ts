import { lengthMismatch, notFinite } from '../messages.js';
import { qlSteps } from './implicit-ql.js';
import { inverseIterationSteps } from './inverse-iteration.js';
import { type Pause, paced, type Steps } from './pacing.js';
import { reflectSteps } from './reflected-vectors.js';
import { type Tridiagonal, tridiagonalSteps } from './tridiagonal.js';

/** Eigenvalues and eigenvectors of a symmetric matrix, largest eigenvalue first. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  /** One eigenvector of length 1 a row, in the order of the values. */
  readonly vectors: Float64Array;
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix: Householder's reduction to a tridiagonal matrix, QL with implicit
 * shifts for the values, inverse iteration for the vectors. The errors are of the size of rounding errors of the largest
 * eigenvalue. Takes 8 bytes for each element of the matrix.
 *
 * @param matrix row-major, size x size, left as it is; only the lower triangle is read
 * @param pause called about every 25 ms
 * @param count how many of the largest eigenvalues get a vector, all when left out; time falls with it
 * @returns the `count` largest eigenvalues in falling order, and their vectors
 * @throws RangeError when `matrix` does not hold size x size elements, or one that is read is not finite
 * @example
 * await symmetricEigen(Float64Array.of(2, 0, 1, 2), 2, async () => {}); // 3 and 1, (1, 1) and (1, -1) over root 2
 */
export async function symmetricEigen(
  matrix: Float64Array,
  size: number,
  pause: Pause,
  count: number = size,
): Promise<SymmetricEigen> {
  return paced(eigenSteps(matrix, size, Math.min(size, count)), pause);
}

/**
 * All eigenvalues of a symmetric matrix in falling order, in a fraction of the time that vectors take. Otherwise as
 * `symmetricEigen`.
 *
 * @throws RangeError when `matrix` does not hold size x size elements, or one that is read is not finite
 */
export async function symmetricEigenvalues(matrix: Float64Array, size: number, pause: Pause): Promise<Float64Array> {
  return paced(valueSteps(matrix, size), pause);
}

function* eigenSteps(matrix: Float64Array, size: number, count: number): Steps<SymmetricEigen> {
  const { copy, scale } = yield* scaledCopySteps(matrix, size);
  const tridiagonal = yield* tridiagonalSteps(copy, size);
  const values = yield* leadingValueSteps(tridiagonal, count);
  const vectors = yield* inverseIterationSteps(tridiagonal.diagonal, tridiagonal.offDiagonal, values, 'orthogonal');
  yield* reflectSteps(vectors, tridiagonal);
  return { values: values.map((value) => value * scale), vectors };
}

/** The largest eigenvalues in falling order. */
function* leadingValueSteps({ diagonal, offDiagonal }: Tridiagonal, count: number): Steps<Float64Array> {
  const values = diagonal.slice();
  yield* qlSteps(values, offDiagonal.slice());
  return values.sort().reverse().slice(0, count);
}

/** Leading eigenvalues of a symmetric matrix, and what makes its eigenvectors. */
export interface TridiagonalEigen extends Tridiagonal {
  /** In falling order. */
  readonly values: Float64Array;
  /** Eigenvectors of the tridiagonal matrix, one of length 1 a row. */
  readonly tridiagonalVectors: Float64Array;
}

/**
 * As `symmetricEigen`, up to the eigenvectors of the tridiagonal matrix: for large matrices, whose reflections are best
 * applied by fast matrix products. The vectors are orthogonal to 1e-6, and far better where eigenvalues are not nearly
 * equal.
 *
 * @param matrix is written over: it comes back as the `reflections`
 * @returns the matrix is Q T Q^T with Q = H(size - 1) ... H(1); Q times a vector of T is one of the matrix
 * @throws RangeError when `matrix` does not hold size x size elements, or one that is read is not finite
 */
export async function tridiagonalEigen(
  matrix: Float64Array,
  size: number,
  pause: Pause,
  count: number = size,
): Promise<TridiagonalEigen> {
  return paced(tridiagonalEigenSteps(matrix, size, Math.min(size, count)), pause);
}

function* tridiagonalEigenSteps(matrix: Float64Array, size: number, count: number): Steps<TridiagonalEigen> {
  const scale = yield* scaleSteps(matrix, size);
  if (scale !== 1) yield* divideSteps(matrix, matrix, size, scale);
  const tridiagonal = yield* tridiagonalSteps(matrix, size);
  const { diagonal, offDiagonal } = tridiagonal;
  const values = yield* leadingValueSteps(tridiagonal, count);
  const tridiagonalVectors = yield* inverseIterationSteps(diagonal, offDiagonal, values, 'nearly orthogonal');
  return { ...tridiagonal, values: values.map((value) => value * scale), tridiagonalVectors };
}

function* valueSteps(matrix: Float64Array, size: number): Steps<Float64Array> {
  const { copy, scale } = yield* scaledCopySteps(matrix, size);
  const values = yield* leadingValueSteps(yield* tridiagonalSteps(copy, size), size);
  return values.map((value) => value * scale);
}

/** The power of two at the largest element that is read: over it, no square is too large or too small. */
function* scaleSteps(matrix: Float64Array, size: number): Steps<number> {
  if (matrix.length !== size * size) throw lengthMismatch('matrix', matrix.length, size * size);
  let largest = 0;
  for (let row = 0; row < size; row++) {
    for (let at = row * size; at <= row * size + row; at++) {
      const magnitude = Math.abs(matrix[at]);
      if (!(magnitude < Infinity)) throw notFinite('matrix', at);
      if (magnitude > largest) largest = magnitude;
    }
    yield;
  }
  return largest === 0 ? 1 : 2 ** Math.min(1022, Math.max(-1022, Math.floor(Math.log2(largest))));
}

/** Writes a matrix over a scale into another of its size, which it may be itself. */
function* divideSteps(target: Float64Array, matrix: Float64Array, size: number, scale: number): Steps<void> {
  for (let row = 0, at = 0; row < size; row++) {
    for (const end = at + size; at < end; at++) target[at] = matrix[at] / scale;
    yield;
  }
}

/** A copy of a matrix over its scale, to be written over. */
interface Scaled {
  readonly copy: Float64Array;
  readonly scale: number;
}

function* scaledCopySteps(matrix: Float64Array, size: number): Steps<Scaled> {
  const scale = yield* scaleSteps(matrix, size);
  const copy = new Float64Array(matrix.length);
  yield* divideSteps(copy, matrix, size, scale);
  return { copy, scale };
}
