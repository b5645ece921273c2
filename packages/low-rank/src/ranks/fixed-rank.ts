import type { Site } from '../sites/site.js';
import { type Choice, type Choices, choicesOf, type Ladder } from './ladder.js';
import { fullRank, savesEnough } from './savings.js';

/** A rank as the site can have it; an axis of a Tucker decomposition that is shorter keeps its length. */
function ranksOf(site: Site, rank: number): readonly number[] {
  return site.kind === 'matrix' ? [rank] : [Math.min(rank, site.inputChannels), Math.min(rank, site.outputs)];
}

function choiceAtRank({ site, spectra, dense }: Ladder, rank: number): Choice | undefined {
  if (rank > fullRank(site)) return undefined;
  const choice = choicesOf(site, spectra)(ranksOf(site, rank));
  return savesEnough(choice.cost, dense) ? choice : undefined;
}

/** The same rank for all layers, on the grid or not; those that it makes less than 10 % cheaper stay dense. */
export function fixedRank(ladders: readonly Ladder[], rank: number): Choices {
  return ladders.map((ladder) => choiceAtRank(ladder, rank));
}
