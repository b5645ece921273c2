import type { Cost, Site } from '../sites/site.js';
import { lostParts, type Spectrum } from './spectrum.js';

/** One way to factor a layer. */
export interface Choice {
  /** One rank of a matrix; of a Tucker decomposition, the input rank and the output rank. */
  readonly ranks: readonly number[];
  readonly cost: Cost;
  /** The part of the energy that is lost, 0 to 1. Of a Tucker decomposition, a bound on it. */
  readonly loss: number;
}

/** A layer and all ways to factor it that are worth while. */
export interface Ladder {
  readonly site: Site;
  /** One for each rank of a choice: of the matrices of all groups together, or of both unfoldings. */
  readonly spectra: readonly Spectrum[];
  readonly dense: Cost;
  /** The largest rank that is cheaper than the dense layer at all. */
  readonly breakEven: number;
  /** At least 10 % cheaper than the dense layer, cost rising and loss falling. Empty where the layer has to stay. */
  readonly choices: readonly Choice[];
  /** How much the loss of this layer counts beside that of others; 1 where nothing is said. */
  readonly weight?: number;
}

/** A choice for each ladder, in their order; undefined where the layer stays dense. */
export type Choices = readonly (Choice | undefined)[];

function costOf(site: Site, [first = 0, second = 0]: readonly number[]): Cost {
  return site.kind === 'matrix' ? site.costAt(first) : site.costAt(first, second);
}

/**
 * What factors of given ranks cost and lose. The tails of both unfoldings of a Tucker decomposition add up, which is an
 * upper bound (De Lathauwer et al., A Multilinear Singular Value Decomposition, 2000, property 10). Ranks beyond the
 * values that are listed lose no more than the last of these.
 *
 * @param spectra one for each rank
 */
export function choicesOf(site: Site, spectra: readonly Spectrum[]): (ranks: readonly number[]) => Choice {
  const losses = spectra.map(lostParts);
  return (ranks) => {
    const parts = losses.map((lost, axis) => lost[Math.min(ranks[axis] ?? 0, lost.length - 1)] ?? 0);
    const loss = Math.min(
      1,
      parts.reduce((sum, part) => sum + part, 0),
    );
    return { ranks, cost: costOf(site, ranks), loss };
  };
}
