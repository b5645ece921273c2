import { lengthMismatch } from './messages.js';

/** Sums of squares. */
export interface ErrorEnergy {
  readonly signal: number;
  readonly noise: number;
}

/**
 * The energy of a signal and of what another one differs from it by.
 *
 * @throws RangeError when the lengths differ
 */
export function errorEnergy(signal: Float32Array, other: Float32Array): ErrorEnergy {
  if (signal.length !== other.length) throw lengthMismatch('other', other.length, signal.length);
  let energy = 0;
  let noise = 0;
  for (let index = 0; index < signal.length; index++) {
    const error = signal[index] - other[index];
    energy += signal[index] * signal[index];
    noise += error * error;
  }
  return { signal: energy, noise };
}
