import type { Steps } from './pacing.js';
import type { Tridiagonal } from './tridiagonal.js';

/** Vectors whose elements lie side by side. */
const LANES = 4;

/** Vectors that the same reflections are applied to while these are in the cache. */
const GROUP = 8 * LANES;

/** Reflections that are applied to a group before the next ones. */
const CHUNK = 32;

/** Makes eigenvectors of the tridiagonal matrix, one a row, in place those of the matrix that it was made from. */
export function* reflectSteps(vectors: Float64Array, tridiagonal: Tridiagonal): Steps<void> {
  const size = tridiagonal.factors.length;
  const rows = size === 0 ? 0 : vectors.length / size;
  const panels = Array.from({ length: GROUP / LANES }, () => new Float64Array(LANES * size));
  for (let start = 0; start < rows; start += GROUP) {
    const count = Math.min(GROUP, rows - start);
    const used = panels.slice(0, Math.ceil(count / LANES));
    for (let index = 0; index < count; index++) {
      const panel = panels[Math.floor(index / LANES)];
      for (let at = 0; at < size; at++) panel[LANES * at + (index % LANES)] = vectors[(start + index) * size + at];
    }
    yield* reflectPanels(used, tridiagonal);
    for (let index = 0; index < count; index++) {
      const panel = panels[Math.floor(index / LANES)];
      for (let at = 0; at < size; at++) vectors[(start + index) * size + at] = panel[LANES * at + (index % LANES)];
    }
  }
}

function* reflectPanels(panels: readonly Float64Array[], tridiagonal: Tridiagonal): Steps<void> {
  const size = tridiagonal.factors.length;
  for (let first = 1; first < size; first += CHUNK) {
    for (const panel of panels) {
      reflectPanel(panel, tridiagonal, first, Math.min(size, first + CHUNK));
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
