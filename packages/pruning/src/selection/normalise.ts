import type { ScoredGroup } from './decision.js';

/** Marks units that are gone already; they are chosen before all others and cost nothing. */
export const GONE = Number.NEGATIVE_INFINITY;

/**
 * Scores divided by the mean of their group, so that layers whose weights are larger as a whole do not count as more
 * important: a unit is compared by how it stands within its own layer. Where a criterion gives negative scores they
 * are counted from the lowest one.
 */
export function normalised({ scores, ...group }: ScoredGroup): ScoredGroup {
  const present = scores.filter((score) => score !== GONE);
  const lowest = present.reduce((least, score) => Math.min(least, score), 0);
  const mean = present.reduce((sum, score) => sum + (score - lowest), 0) / present.length;
  const ofMean = (score: number) => (mean > 0 ? (score - lowest) / mean : 0);
  return { ...group, scores: scores.map((score) => (score === GONE ? GONE : ofMean(score))) };
}
