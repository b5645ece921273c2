import { lengthMismatch } from '../messages.js';
import { factorSteps, solveSteps } from './cholesky.js';
import type { Steps } from './pacing.js';

/** A step counts as none where it changes a gradient by less than this share of the largest target. */
const TOLERANCE = 1e-8;

/** Rounds at one strength, after which its solution is taken as it is. */
const MOST_ROUNDS = 200;

/** Passes over the coordinates in use in each round. */
const SWEEPS = 5;

/**
 * Coordinate descent for min 1/2 b^T M b - t^T b + lambda |b|_1. Starts from b = 0, later from where it was. What is
 * not a finite number never gets a coefficient. The exact steps between the sweeps are those of feature-sign search
 * (Lee, Battle, Raina and Ng, Efficient sparse coding algorithms, 2006).
 */
export class LassoDescent {
  readonly coefficients: Float64Array;
  /** t - M b. */
  readonly correlations: Float64Array;
  /** The strength from which on all coefficients are 0. */
  readonly largest: number;
  readonly #gram: Float64Array;

  constructor(gram: Float64Array, target: Float64Array, size: number) {
    if (gram.length !== size * size) throw lengthMismatch('gram', gram.length, size * size);
    if (target.length !== size) throw lengthMismatch('target', target.length, size);
    this.#gram = gram;
    this.coefficients = new Float64Array(size);
    this.correlations = target.slice();
    this.largest = target.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);
  }

  /** How many coefficients are not 0. */
  get active(): number {
    return this.coefficients.reduce((count, value) => (value === 0 ? count : count + 1), 0);
  }

  /** Goes back to coefficients and correlations that were copied earlier. */
  restore(coefficients: Float64Array, correlations: Float64Array): void {
    this.coefficients.set(coefficients);
    this.correlations.set(correlations);
  }

  /**
   * Moves to the solution at a strength. A round passes over all coordinates, then a few times over those in use; while
   * these do not rest, it goes on to the exact solution for their signs, as far as no sign changes on the way.
   */
  *solve(lambda: number): Steps<void> {
    const tolerance = TOLERANCE * this.largest;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      if (this.#sweep(lambda, false) <= tolerance) return;
      let rest = false;
      for (let sweep = 0; sweep < SWEEPS && !rest; sweep++) {
        yield;
        rest = this.#sweep(lambda, true) <= tolerance;
      }
      if (!rest) yield* this.#jump(lambda);
    }
  }

  /** Newton's step for the coefficients in use, cut short where the first of them becomes 0. */
  *#jump(lambda: number): Steps<void> {
    const used = [...this.coefficients.keys()].filter((channel) => this.coefficients[channel] !== 0);
    const size = this.coefficients.length;
    const gram = new Float64Array(used.length ** 2);
    for (const [row, channel] of used.entries()) {
      for (let column = 0; column <= row; column++) {
        gram[row * used.length + column] = this.#gram[channel * size + used[column]];
      }
    }
    if (!(yield* factorSteps(gram, used.length))) return;
    const direction = Float64Array.from(
      used,
      (channel) => this.correlations[channel] - lambda * Math.sign(this.coefficients[channel]),
    );
    yield* solveSteps(gram, used.length, direction);
    if (direction.every(Number.isFinite)) this.#move(used, direction);
  }

  #move(channels: readonly number[], direction: Float64Array): void {
    const limits = channels.map((channel, index) => -this.coefficients[channel] / direction[index]);
    const step = limits.reduce((least, limit) => (limit > 0 ? Math.min(least, limit) : least), 1);
    for (const [index, channel] of channels.entries()) {
      const moved = this.coefficients[channel] + step * direction[index];
      this.#change(channel, limits[index] === step ? 0 : moved);
    }
  }

  /** Solves for one coordinate after the other; the largest change of a gradient. */
  #sweep(lambda: number, onlyActive: boolean): number {
    const size = this.coefficients.length;
    let largest = 0;
    for (let channel = 0; channel < size; channel++) {
      const old = this.coefficients[channel];
      if (onlyActive && old === 0) continue;
      const curvature = this.#gram[channel * (size + 1)];
      if (!(curvature > 0 && curvature < Number.POSITIVE_INFINITY)) continue;
      const next = shrink(this.correlations[channel] + curvature * old, lambda) / curvature;
      if (next === old) continue;
      this.#change(channel, next);
      largest = Math.max(largest, curvature * Math.abs(next - old));
    }
    return largest;
  }

  #change(channel: number, value: number): void {
    const size = this.coefficients.length;
    const change = value - this.coefficients[channel];
    this.coefficients[channel] = value;
    const start = channel * size;
    for (let other = 0; other < size; other++) this.correlations[other] -= change * this.#gram[start + other];
  }
}

/** The value moved toward 0 by `amount`; 0 where it is not a number. */
function shrink(value: number, amount: number): number {
  if (value > amount && value < Number.POSITIVE_INFINITY) return value - amount;
  if (value < -amount && value > Number.NEGATIVE_INFINITY) return value + amount;
  return 0;
}
