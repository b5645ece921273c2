import { lessEnergy, noRankSaves, othersLoseLess, rankTooLarge } from '../reasons.js';
import type { Ladder } from './ladder.js';
import type { RankRule } from './rank-rule.js';
import { mostRankOf } from './savings.js';

/** Why a layer stays dense that a rule made no choice for. */
export function denseReason({ site, choices }: Ladder, rule: RankRule): string {
  if (rule.kind === 'rank') return rankTooLarge(rule.rank, mostRankOf(site));
  if (choices.length === 0) return noRankSaves();
  return rule.kind === 'energy' ? lessEnergy(rule.energy) : othersLoseLess();
}
