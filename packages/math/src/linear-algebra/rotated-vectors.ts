import type { Sweep } from './implicit-ql.js';
import type { Steps } from './pacing.js';
import type { Tridiagonal } from './tridiagonal.js';

/** Vectors whose elements lie side by side. */
const LANES = 4;

/** Vectors that the same rotations and reflections are applied to while these are in the cache. */
const GROUP = 8 * LANES;

/** Sweeps, and reflections, that are applied to a group before the next ones. */
const CHUNK = 32;

/** Vectors that are worked out together. */
interface Panel {
  readonly values: Float64Array;
  /** Elements before and after these are 0. */
  first: number;
  last: number;
}

/**
 * Eigenvectors of the matrix that was made tridiagonal: of Q R1 R2 ... the columns at `positions`, one a row. Rotations
 * and reflections are applied to unit vectors, last rotation first, so that the time depends on how many are wanted.
 */
export function* vectorSteps(
  tridiagonal: Tridiagonal,
  sweeps: readonly Sweep[],
  positions: readonly number[],
): Steps<Float64Array> {
  const size = tridiagonal.diagonal.length;
  const vectors = new Float64Array(positions.length * size);
  /** Neighbours are rotated by the same sweeps. */
  const rows = positions.map((position, row) => ({ position, row })).sort((a, b) => a.position - b.position);
  for (let start = 0; start < rows.length; start += GROUP) {
    const group = rows.slice(start, start + GROUP);
    const panels = unitPanels(
      group.map(({ position }) => position),
      size,
    );
    yield* rotate(panels, sweeps);
    yield* reflect(panels, tridiagonal);
    for (const [index, { row }] of group.entries()) {
      const { values } = panels[Math.floor(index / LANES)];
      for (let at = 0; at < size; at++) vectors[row * size + at] = values[LANES * at + (index % LANES)];
    }
  }
  return vectors;
}

/** Unit vectors for positions that ascend. */
function unitPanels(positions: readonly number[], size: number): readonly Panel[] {
  return Array.from({ length: Math.ceil(positions.length / LANES) }, (_, index) => {
    const own = positions.slice(index * LANES, (index + 1) * LANES);
    const values = new Float64Array(LANES * size);
    for (const [lane, position] of own.entries()) values[LANES * position + lane] = 1;
    return { values, first: own[0], last: own[own.length - 1] };
  });
}

function* rotate(panels: readonly Panel[], sweeps: readonly Sweep[]): Steps<void> {
  for (let end = sweeps.length; end > 0; end -= CHUNK) {
    const chunk = sweeps.slice(Math.max(0, end - CHUNK), end).reverse();
    for (const panel of panels) {
      for (const sweep of chunk) rotatePanel(panel, sweep);
      yield;
    }
  }
}

function rotatePanel(panel: Panel, sweep: Sweep): void {
  const end = sweep.first + sweep.rotations.length / 2;
  if (sweep.first > panel.last || end < panel.first) return;
  const start = Math.max(sweep.first, panel.first - 1);
  rotateLanes(panel.values, sweep, start);
  panel.first = Math.min(panel.first, start);
  panel.last = Math.max(panel.last, end);
}

/** The rotations of a sweep from the one of `start` and `start + 1` on, upwards. */
function rotateLanes(panel: Float64Array, { first, rotations }: Sweep, start: number): void {
  let at = LANES * start;
  let x0 = panel[at];
  let x1 = panel[at + 1];
  let x2 = panel[at + 2];
  let x3 = panel[at + 3];
  for (let from = 2 * (start - first); from < rotations.length; from += 2, at += LANES) {
    const cosine = rotations[from];
    const sine = rotations[from + 1];
    const y0 = panel[at + 4];
    const y1 = panel[at + 5];
    const y2 = panel[at + 6];
    const y3 = panel[at + 7];
    panel[at] = cosine * x0 + sine * y0;
    panel[at + 1] = cosine * x1 + sine * y1;
    panel[at + 2] = cosine * x2 + sine * y2;
    panel[at + 3] = cosine * x3 + sine * y3;
    x0 = cosine * y0 - sine * x0;
    x1 = cosine * y1 - sine * x1;
    x2 = cosine * y2 - sine * x2;
    x3 = cosine * y3 - sine * x3;
  }
  panel[at] = x0;
  panel[at + 1] = x1;
  panel[at + 2] = x2;
  panel[at + 3] = x3;
}

function* reflect(panels: readonly Panel[], tridiagonal: Tridiagonal): Steps<void> {
  const size = tridiagonal.factors.length;
  for (let first = 1; first < size; first += CHUNK) {
    for (const { values } of panels) {
      reflectPanel(values, tridiagonal, first, Math.min(size, first + CHUNK));
      yield;
    }
  }
}

/** Reflection after reflection; one pass both applies one and multiplies with the vector of the next. */
function reflectPanel(panel: Float64Array, { reflections, factors }: Tridiagonal, first: number, end: number): void {
  const size = factors.length;
  const none = new Float64Array();
  const shares = new Float64Array(LANES);
  let vector: Float64Array = none;
  for (let k = first; k < end; k++) {
    const next = reflections.subarray(k * size, k * size + k);
    reflectLanes(panel, vector, next, shares);
    for (let lane = 0; lane < LANES; lane++) shares[lane] *= factors[k];
    vector = next;
  }
  reflectLanes(panel, vector, none, shares);
}

/** Subtracts a vector times each lane's share, and replaces the shares by the products with the next vector. */
function reflectLanes(panel: Float64Array, vector: Float64Array, next: Float64Array, shares: Float64Array): void {
  const [share0, share1, share2, share3] = [shares[0], shares[1], shares[2], shares[3]];
  let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
  const count = Math.max(vector.length, next.length);
  for (let k = 0, at = 0; k < count; k++, at += LANES) {
    const element = k < vector.length ? vector[k] : 0;
    const factor = k < next.length ? next[k] : 0;
    const p0 = panel[at] - share0 * element;
    const p1 = panel[at + 1] - share1 * element;
    const p2 = panel[at + 2] - share2 * element;
    const p3 = panel[at + 3] - share3 * element;
    panel[at] = p0;
    panel[at + 1] = p1;
    panel[at + 2] = p2;
    panel[at + 3] = p3;
    sum0 += factor * p0;
    sum1 += factor * p1;
    sum2 += factor * p2;
    sum3 += factor * p3;
  }
  shares[0] = sum0;
  shares[1] = sum1;
  shares[2] = sum2;
  shares[3] = sum3;
}
