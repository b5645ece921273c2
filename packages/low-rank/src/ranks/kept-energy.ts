import type { Choices, Ladder } from './ladder.js';

/** Takes the noise of decimal fractions and of sums out of the comparison. */
const NOISE = 1e-9;

/** The cheapest choice of each layer that keeps so much of its energy; the layer stays dense where none does. */
export function keptEnergy(ladders: readonly Ladder[], energy: number): Choices {
  return ladders.map(({ choices }) => choices.find(({ loss }) => 1 - loss >= energy - NOISE));
}
