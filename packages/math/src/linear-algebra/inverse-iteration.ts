import type { Steps } from './pacing.js';

/** Solutions for each vector, each from the one before; the second one is exact to rounding errors as a rule. */
const ITERATIONS = 3;

/** Eigenvalues closer than this part of the largest element have vectors that depend on each other without projections. */
const NEARLY_EQUAL = 1e-10;

/** What the vectors of eigenvalues that lie close to each other are. */
export type Precision = 'orthogonal' | 'nearly orthogonal';

/** Part of the largest element below which eigenvalues are close, for vectors that are orthogonal to rounding errors. */
const CLOSE = 1e-3;

/** A tridiagonal matrix less a multiple of the identity as P L U, with what its rows were exchanged for. */
interface Factored {
  /** Diagonal of U, and the two diagonals above. */
  readonly pivots: Float64Array;
  readonly above: Float64Array;
  readonly farAbove: Float64Array;
  /** What of a row is subtracted from the next. */
  readonly multipliers: Float64Array;
  /** 1 where a row and the next were exchanged. */
  readonly exchanged: Uint8Array;
}

/**
 * Eigenvectors of a symmetric tridiagonal matrix, one of length 1 a row, by inverse iteration. They are orthogonal to
 * rounding errors over the difference of their values by themselves; where that is little they are made so.
 *
 * Source: Golub and Van Loan, Matrix Computations, 4th edition (methods for tridiagonal problems).
 *
 * @param values eigenvalues in falling order, exact to rounding errors of the largest element
 * @param precision nearly orthogonal ones have inner products of 1e-6 at most and take time in proportion to their number,
 *   where few values are equal; others take time in proportion to its square
 */
export function* inverseIterationSteps(
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  values: Float64Array,
  precision: Precision,
): Steps<Float64Array> {
  const size = diagonal.length;
  const norm = largestRow(diagonal, offDiagonal);
  const vectors = new Float64Array(values.length * size);
  const factored = emptyFactors(size);
  const random = uniformNumbers();
  let [firstEqual, firstClose] = [0, 0];
  for (let index = 0; index < values.length; index++) {
    const gap = index === 0 ? Infinity : (values[index - 1] - values[index]) / norm;
    if (gap > NEARLY_EQUAL) firstEqual = index;
    if (gap > (precision === 'orthogonal' ? CLOSE : NEARLY_EQUAL)) firstClose = index;
    const vector = vectors.subarray(index * size, (index + 1) * size);
    factor(diagonal, offDiagonal, values[index], norm, factored);
    for (let at = 0; at < size; at++) vector[at] = random();
    for (let iteration = 0; iteration < ITERATIONS; iteration++) {
      scaleToUnit(vector);
      solve(factored, vector);
      scaleToUnit(vector);
      subtractProjections(vectors, size, firstEqual, index, vector);
    }
    scaleToUnit(vector);
    subtractProjections(vectors, size, firstClose, index, vector);
    scaleToUnit(vector);
    yield;
  }
  return vectors;
}

function largestRow(diagonal: Float64Array, offDiagonal: Float64Array): number {
  let most = 0;
  for (let at = 0; at < diagonal.length; at++) {
    most = Math.max(most, Math.abs(diagonal[at]) + 2 * Math.abs(offDiagonal[at]));
  }
  return most || 1;
}

function emptyFactors(size: number): Factored {
  return {
    pivots: new Float64Array(size),
    above: new Float64Array(size),
    farAbove: new Float64Array(size),
    multipliers: new Float64Array(size),
    exchanged: new Uint8Array(size),
  };
}

/** Numbers between -1 and 1, the same each time. */
function uniformNumbers(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  };
}

/** Gaussian elimination with partial pivoting. No pivot is below a rounding error of the norm. */
function factor(diagonal: Float64Array, offDiagonal: Float64Array, value: number, norm: number, into: Factored): void {
  const { pivots, above, farAbove, multipliers, exchanged } = into;
  const least = Number.EPSILON * norm;
  const last = diagonal.length - 1;
  let pivot = diagonal[0] - value;
  let beside = last > 0 ? offDiagonal[0] : 0;
  for (let at = 0; at < last; at++) {
    const below = offDiagonal[at];
    const next = diagonal[at + 1] - value;
    const nextBeside = at + 1 < last ? offDiagonal[at + 1] : 0;
    const exchanges = Math.abs(below) > Math.abs(pivot);
    exchanged[at] = exchanges ? 1 : 0;
    pivots[at] = atLeast(exchanges ? below : pivot, least);
    above[at] = exchanges ? next : beside;
    farAbove[at] = exchanges ? nextBeside : 0;
    multipliers[at] = (exchanges ? pivot : below) / pivots[at];
    pivot = (exchanges ? beside : next) - multipliers[at] * above[at];
    beside = exchanges ? -multipliers[at] * nextBeside : nextBeside;
  }
  pivots[last] = atLeast(pivot, least);
}

function atLeast(pivot: number, least: number): number {
  return Math.abs(pivot) >= least ? pivot : pivot < 0 ? -least : least;
}

/** Replaces the right side by the solution. */
function solve({ pivots, above, farAbove, multipliers, exchanged }: Factored, vector: Float64Array): void {
  const size = vector.length;
  for (let at = 0; at < size - 1; at++) {
    const [own, next] = exchanged[at] === 1 ? [vector[at + 1], vector[at]] : [vector[at], vector[at + 1]];
    vector[at] = own;
    vector[at + 1] = next - multipliers[at] * own;
  }
  let next = 0;
  let afterNext = 0;
  for (let at = size - 1; at >= 0; at--) {
    const element = (vector[at] - above[at] * next - farAbove[at] * afterNext) / pivots[at];
    vector[at] = element;
    afterNext = next;
    next = element;
  }
}

function scaleToUnit(vector: Float64Array): void {
  let most = 0;
  for (let at = 0; at < vector.length; at++) most = Math.max(most, Math.abs(vector[at]));
  let squares = 0;
  for (let at = 0; at < vector.length; at++) squares += (vector[at] / most) ** 2;
  const length = most * Math.sqrt(squares);
  for (let at = 0; at < vector.length; at++) vector[at] /= length;
}

/** Makes a vector orthogonal to the ones from `first` on that come before `end`, which are to each other. */
function subtractProjections(
  vectors: Float64Array,
  size: number,
  first: number,
  end: number,
  vector: Float64Array,
): void {
  for (let row = first; row < end; row += 2) {
    const own = row * size;
    const next = row + 1 < end ? own + size : own;
    let [inner, nextInner] = [0, 0];
    for (let at = 0; at < size; at++) {
      inner += vectors[own + at] * vector[at];
      nextInner += vectors[next + at] * vector[at];
    }
    if (next === own) nextInner = 0;
    for (let at = 0; at < size; at++) vector[at] -= inner * vectors[own + at] + nextInner * vectors[next + at];
  }
}
