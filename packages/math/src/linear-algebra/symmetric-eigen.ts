import { lengthMismatch, notFinite } from '../messages.js';
import { qlSteps, type Sweep } from './implicit-ql.js';
import { type Pause, paced, type Steps } from './pacing.js';
import { vectorSteps } from './rotated-vectors.js';
import { tridiagonalSteps } from './tridiagonal.js';

/** Eigenvalues and eigenvectors of a symmetric matrix, largest eigenvalue first. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  /** One eigenvector of length 1 a row, in the order of the values. */
  readonly vectors: Float64Array;
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix: Householder's reduction to a tridiagonal matrix, then QL with
 * implicit shifts. The errors are of the size of rounding errors of the largest eigenvalue. Takes 8 bytes for each
 * element of the matrix, and about 14 for the rotations.
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
  const scaled = scaledCopy(matrix, size);
  return paced(eigenSteps(scaled, size, Math.min(size, count)), pause);
}

/**
 * All eigenvalues of a symmetric matrix in falling order, in a fraction of the time that vectors take. Otherwise as
 * `symmetricEigen`.
 *
 * @throws RangeError when `matrix` does not hold size x size elements, or one that is read is not finite
 */
export async function symmetricEigenvalues(matrix: Float64Array, size: number, pause: Pause): Promise<Float64Array> {
  const scaled = scaledCopy(matrix, size);
  return paced(valueSteps(scaled, size), pause);
}

function* eigenSteps({ matrix, scale }: Scaled, size: number, count: number): Steps<SymmetricEigen> {
  const tridiagonal = yield* tridiagonalSteps(matrix, size);
  const { diagonal, offDiagonal } = tridiagonal;
  const shift = count < size ? upperBound(diagonal, offDiagonal) : 0;
  for (let at = 0; at < size; at++) diagonal[at] -= shift;
  const sweeps: Sweep[] = [];
  yield* qlSteps(diagonal, offDiagonal, (sweep) => sweeps.push(sweep));
  const order = Array.from(diagonal.keys()).sort((a, b) => diagonal[b] - diagonal[a] || a - b);
  const positions = order.slice(0, count);
  const vectors = yield* vectorSteps(tridiagonal, sweeps, positions);
  return { values: Float64Array.from(positions, (position) => (diagonal[position] + shift) * scale), vectors };
}

function* valueSteps({ matrix, scale }: Scaled, size: number): Steps<Float64Array> {
  const { diagonal, offDiagonal } = yield* tridiagonalSteps(matrix, size);
  yield* qlSteps(diagonal, offDiagonal);
  return diagonal
    .sort()
    .reverse()
    .map((value) => value * scale);
}

/**
 * Of the eigenvalues of a tridiagonal matrix (Gershgorin). The values closest to 0 come out first, and vectors that come
 * out first take fewest rotations: this shift makes them the largest.
 */
function upperBound(diagonal: Float64Array, offDiagonal: Float64Array): number {
  let bound = -Infinity;
  for (let at = 0; at < diagonal.length; at++) {
    const before = at === 0 ? 0 : Math.abs(offDiagonal[at - 1]);
    bound = Math.max(bound, diagonal[at] + before + Math.abs(offDiagonal[at]));
  }
  return bound;
}

/** The power of two at the largest element that is read: over it, no square is too large or too small. */
function scaleOf(matrix: Float64Array, size: number): number {
  if (matrix.length !== size * size) throw lengthMismatch('matrix', matrix.length, size * size);
  let largest = 0;
  for (let row = 0; row < size; row++) {
    for (let at = row * size; at <= row * size + row; at++) {
      const magnitude = Math.abs(matrix[at]);
      if (!(magnitude < Infinity)) throw notFinite('matrix', at);
      if (magnitude > largest) largest = magnitude;
    }
  }
  return largest === 0 ? 1 : 2 ** Math.min(1022, Math.max(-1022, Math.floor(Math.log2(largest))));
}

/** A copy of a matrix over its scale, to be written over. */
interface Scaled {
  readonly matrix: Float64Array;
  readonly scale: number;
}

function scaledCopy(matrix: Float64Array, size: number): Scaled {
  const scale = scaleOf(matrix, size);
  return { matrix: matrix.map((value) => value / scale), scale };
}
