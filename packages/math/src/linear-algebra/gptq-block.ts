import { HIGHEST_NIBBLE, MIDDLE_NIBBLE } from '../block-layout.js';
import { roundHalfToEven } from '../rounding.js';
import type { StoreScale } from '../stored-scale.js';

/** Parts of the range of a block that are tried for its scale: 1 down to the narrowest. */
const RANGES = 13;
const NARROWEST = 0.55;

/** What a scale is multiplied by where a known one is looked at again. */
const NEIGHBOURS = [1, 0.95, 1.05];

/** Below this a float32 scale would be subnormal. */
const SMALLEST_SCALE = 2 ** -126;

/** A square lower triangle with a positive diagonal inside a row-major matrix. */
export interface Triangle {
  readonly values: Float64Array;
  /** Index of its first element. */
  readonly start: number;
  /** From one of its rows to the next. */
  readonly stride: number;
}

/**
 * Chooses scale, zero point and nibbles of one block of numbers t such that the length of
 * `(t - scale * (nibble - zero point)) M` is small, M being a lower triangle. For each of several scales, numbers are
 * rounded from the last to the first, each making up for those rounded before it, which is Babai's nearest plane; the best
 * scale is then fitted to its nibbles. What is known to be good is kept where nothing better is found.
 */
export class BlockSearch {
  readonly nibbles: Uint8Array;
  scale = 1;
  zeroPoint = MIDDLE_NIBBLE;
  /** Square of the length; set to infinity, the next search takes anything. */
  error = Number.POSITIVE_INFINITY;
  readonly #trial: Uint8Array;
  readonly #shifts: Float64Array;

  constructor(
    blockSize: number,
    private readonly symmetric: boolean,
    private readonly store: StoreScale,
  ) {
    this.nibbles = new Uint8Array(blockSize);
    this.#trial = new Uint8Array(blockSize);
    this.#shifts = new Float64Array(blockSize);
  }

  /** Looks for a scale among those that the range of the numbers suggests. */
  search(targets: Float64Array, triangle: Triangle): void {
    let [lowest, highest] = [0, 0];
    for (let at = 0; at < targets.length; at++) {
      lowest = Math.min(lowest, targets[at]);
      highest = Math.max(highest, targets[at]);
    }
    for (let range = 0; range < RANGES; range++) {
      const part = 1 - (range * (1 - NARROWEST)) / (RANGES - 1);
      if (this.symmetric) this.#trySymmetric(lowest * part, highest * part, targets, triangle);
      else this.#tryAffine(lowest * part, highest * part, targets, triangle);
    }
    this.#tryFitted(targets, triangle);
  }

  /** Looks for a better scale near the one there is. */
  refine(targets: Float64Array, triangle: Triangle): void {
    const { scale, zeroPoint } = this;
    for (const factor of NEIGHBOURS) this.#try(scale * factor, zeroPoint, targets, triangle);
    this.#tryFitted(targets, triangle);
  }

  #trySymmetric(lowest: number, highest: number, targets: Float64Array, triangle: Triangle): void {
    const reach = Math.max(-lowest, highest) / MIDDLE_NIBBLE;
    this.#try(-lowest >= highest ? reach : -reach, MIDDLE_NIBBLE, targets, triangle);
  }

  #tryAffine(lowest: number, highest: number, targets: Float64Array, triangle: Triangle): void {
    const scale = (highest - lowest) / HIGHEST_NIBBLE;
    this.#try(scale, scale > 0 ? Math.round(-lowest / scale) : MIDDLE_NIBBLE, targets, triangle);
  }

  /** Rounds with one scale and zero point, and keeps what comes of it where it is better. */
  #try(wanted: number, zeroPoint: number, targets: Float64Array, { values, start, stride }: Triangle): void {
    const trial = this.#trial;
    const shifts = this.#shifts;
    const scale = Math.abs(wanted) < SMALLEST_SCALE ? 1 : this.store(wanted);
    const inverse = 1 / scale;
    let error = 0;
    shifts.fill(0);
    for (let at = targets.length - 1; at >= 0; at--) {
      const row = start + at * stride;
      const pivot = values[row + at];
      const target = targets[at] + shifts[at] / pivot;
      const nibble = Math.min(HIGHEST_NIBBLE, Math.max(0, roundHalfToEven(target * inverse) + zeroPoint));
      trial[at] = nibble;
      const restored = (nibble - zeroPoint) * scale;
      const left = (target - restored) * pivot;
      error += left * left;
      if (error >= this.error) return;
      const own = targets[at] - restored;
      for (let other = 0; other < at; other++) shifts[other] += own * values[row + other];
    }
    this.error = error;
    this.scale = scale;
    this.zeroPoint = zeroPoint;
    this.nibbles.set(trial.subarray(0, targets.length));
  }

  /** Tries the scale that fits the nibbles best. */
  #tryFitted(targets: Float64Array, triangle: Triangle): void {
    const { values, start, stride } = triangle;
    let [product, square] = [0, 0];
    for (let column = 0; column < targets.length; column++) {
      let [ofTargets, ofNibbles] = [0, 0];
      for (let row = column; row < targets.length; row++) {
        const factor = values[start + row * stride + column];
        ofTargets += targets[row] * factor;
        ofNibbles += (this.nibbles[row] - this.zeroPoint) * factor;
      }
      product += ofTargets * ofNibbles;
      square += ofNibbles * ofNibbles;
    }
    if (square > 0) this.#try(product / square, this.zeroPoint, targets, triangle);
  }
}
