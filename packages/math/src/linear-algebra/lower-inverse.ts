import { lengthMismatch } from '../messages.js';
import { type Pause, paced, type Steps } from './pacing.js';

/**
 * Inverse of a lower triangle, row after row: what is left of a row of the identity after the rows above it.
 *
 * @param factor row-major, size x size, of which only the lower triangle is read, as `factorCholesky` leaves it
 * @param pause called about every 25 ms
 * @returns row-major, zero above the diagonal
 * @throws RangeError when `factor` does not hold size x size elements
 */
export function invertLower(factor: Float64Array, size: number, pause: Pause): Promise<Float64Array> {
  return paced(inverseSteps(factor, size), pause);
}

function* inverseSteps(factor: Float64Array, size: number): Steps<Float64Array> {
  if (factor.length !== size * size) throw lengthMismatch('factor', factor.length, size * size);
  const inverse = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    const target = inverse.subarray(row * size, row * size + row + 1);
    target[row] = 1;
    const blocked = row - (row % 4);
    for (let above = 0; above < blocked; above += 4) subtractFour(target, inverse, factor, row, above, size);
    for (let above = blocked; above < row; above++) {
      const share = factor[row * size + above];
      for (let column = 0; column <= above; column++) target[column] -= share * inverse[above * size + column];
    }
    const reciprocal = 1 / factor[row * size + row];
    for (let column = 0; column <= row; column++) target[column] *= reciprocal;
    yield;
  }
  return inverse;
}

/** Subtracts the shares of four rows of the inverse; right of their diagonals they are 0. */
function subtractFour(
  target: Float64Array,
  inverse: Float64Array,
  factor: Float64Array,
  row: number,
  above: number,
  size: number,
): void {
  const share = row * size + above;
  const [share0, share1, share2, share3] = [factor[share], factor[share + 1], factor[share + 2], factor[share + 3]];
  let at = above * size;
  for (let column = 0; column < above + 4; column++, at++) {
    target[column] -=
      share0 * inverse[at] +
      share1 * inverse[at + size] +
      share2 * inverse[at + 2 * size] +
      share3 * inverse[at + 3 * size];
  }
}
