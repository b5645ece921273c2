import type { Steps } from './pacing.js';

/** Sweeps for one eigenvalue, at most; two are common. */
const MOST_SWEEPS = 60;

/** Rotations between two steps. */
const ROTATIONS_PER_STEP = 1 << 15;

/**
 * Eigenvalues of a symmetric tridiagonal matrix, in place of its diagonal and in no order, by QL with implicit shifts.
 * Elements next to the diagonal count as 0 below the rounding error of the largest element.
 *
 * Source: Golub and Van Loan, Matrix Computations, 4th edition (the symmetric QR algorithm).
 */
export function* qlSteps(diagonal: Float64Array, offDiagonal: Float64Array): Steps<void> {
  const size = diagonal.length;
  const least = Number.EPSILON * largest(diagonal, offDiagonal);
  let rotations = 0;
  for (let first = 0; first < size; first++) {
    for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      const last = endOfBlock(offDiagonal, first, least);
      if (last === first) break;
      sweepBlock(diagonal, offDiagonal, first, last);
      rotations += last - first;
      if (rotations < ROTATIONS_PER_STEP) continue;
      rotations = 0;
      yield;
    }
  }
}

function largest(diagonal: Float64Array, offDiagonal: Float64Array): number {
  let most = 0;
  for (let at = 0; at < diagonal.length; at++) {
    most = Math.max(most, Math.abs(diagonal[at]) + Math.abs(offDiagonal[at]));
  }
  return most;
}

/** The last row that is coupled to `first`. */
function endOfBlock(offDiagonal: Float64Array, first: number, least: number): number {
  let last = first;
  while (last < offDiagonal.length - 1 && Math.abs(offDiagonal[last]) > least) last++;
  return last;
}

/** One sweep from `last` up to `first`, with Wilkinson's shift. */
function sweepBlock(diagonal: Float64Array, offDiagonal: Float64Array, first: number, last: number): void {
  const slope = (diagonal[first + 1] - diagonal[first]) / (2 * offDiagonal[first]);
  const root = Math.sqrt(slope * slope + 1);
  let bulge = diagonal[last] - diagonal[first] + offDiagonal[first] / (slope + (slope < 0 ? -root : root));
  let sine = 1;
  let cosine = 1;
  let carried = 0;
  for (let i = last - 1; i >= first; i--) {
    const far = sine * offDiagonal[i];
    const near = cosine * offDiagonal[i];
    const length = Math.sqrt(far * far + bulge * bulge);
    offDiagonal[i + 1] = length;
    sine = length === 0 ? 0 : far / length;
    cosine = length === 0 ? 1 : bulge / length;
    const shifted = diagonal[i + 1] - carried;
    const change = (diagonal[i] - shifted) * sine + 2 * cosine * near;
    carried = sine * change;
    diagonal[i + 1] = shifted + carried;
    bulge = cosine * change - near;
  }
  diagonal[first] -= carried;
  offDiagonal[first] = bulge;
  offDiagonal[last] = 0;
}
