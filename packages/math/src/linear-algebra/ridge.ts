import { lengthMismatch } from '../messages.js';
import { factorCholesky, solveCholesky } from './cholesky.js';
import type { Pause } from './pacing.js';

/** Least squares with a penalty on the squares of the solution, in terms of the Gram matrix of the inputs. */
export interface RidgeProblem {
  /** Symmetric, row-major, size x size; only the lower triangle is read. */
  readonly gram: Float64Array;
  readonly size: number;
  /** What is added to every element of the diagonal. */
  readonly ridge: number;
  /** One right side a row: count x size. */
  readonly right: Float64Array;
}

/**
 * Solves (gram + ridge I) x = b for every row b of `right`.
 *
 * @param pause called about every 25 ms
 * @returns one solution a row, or nothing where the matrix is not positive definite
 * @throws RangeError when the lengths do not fit `size`
 * @example
 * await solveRidge({ gram: Float64Array.of(3), size: 1, ridge: 1, right: Float64Array.of(8) }, async () => {}); // 2
 */
export async function solveRidge(problem: RidgeProblem, pause: Pause): Promise<Float64Array | undefined> {
  const { gram, size, ridge, right } = problem;
  if (gram.length !== size * size) throw lengthMismatch('gram', gram.length, size * size);
  const matrix = gram.slice();
  for (let at = 0; at < matrix.length; at += size + 1) matrix[at] += ridge;
  if (!(await factorCholesky(matrix, size, pause))) return undefined;
  const solution = right.slice();
  await solveCholesky(matrix, size, solution, pause);
  return solution;
}
