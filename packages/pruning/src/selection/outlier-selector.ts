import type { StructuredOptions } from '../criteria/options.js';
import * as reasons from '../reasons.js';
import type { Decision, ScoredGroup } from './decision.js';
import { selectPerLayer } from './per-layer.js';
import type { Selector } from './selector.js';

/** The part of the layer whose scores lie more than one standard deviation below the mean of the layer. */
function outlyingPart(scores: Float64Array): number {
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length;
  const limit = mean - Math.sqrt(variance);
  return scores.filter((score) => score < limit).length / scores.length;
}

function decide(scored: ScoredGroup, options: StructuredOptions, part: number): readonly Decision[] {
  const ratio = 1 - (1 - outlyingPart(scored.scores)) ** part;
  if (ratio === 0) return [{ group: scored.group, units: [], reason: reasons.noneStandsOut() }];
  return selectPerLayer([scored], { ...options, ratio });
}

/**
 * Removes the units whose scores lie more than one standard deviation below the mean of their layer; how many follows
 * from the scores. Rounding and `minKeep` hold as with a ratio.
 */
export function outlierSelector(options: StructuredOptions): Selector {
  const select = (scored: readonly ScoredGroup[], part: number) =>
    scored.flatMap((group) => decide(group, options, part));
  return {
    preview: select,
    select: async (scored) => ({ decisions: select(scored, 1), metrics: {} }),
  };
}
