import type { Shrinking } from './shrinking.js';
import type { Cut, ShrinkingGroup } from './shrinking-group.js';

/** A cut that one group gets. */
export interface Settlement {
  readonly member: ShrinkingGroup;
  readonly cut: Cut;
}

/** Cuts of a group that are tried on either side. */
const REACH = 2;

const damageOf = ({ member, cut }: Settlement) => member.damage(cut) - member.damage(member.cut);

const settlements = (member: ShrinkingGroup, cuts: readonly Cut[]): readonly Settlement[] =>
  cuts.map((cut) => ({ member, cut }));

/**
 * Whole blocks that one group gets back while another one loses some, so that the limits are nearly used.
 *
 * @param used the largest part of a limit that is used
 * @param close the part that is near enough
 * @returns the exchange that does least damage; empty where none comes near
 */
export function bestExchange(shrinking: Shrinking, used: () => number, close: number): readonly Settlement[] {
  const losses = shrinking.groups.flatMap((member) => settlements(member, shrinking.smaller(member, REACH)));
  const returns = shrinking.groups.flatMap((member) => settlements(member, shrinking.larger(member, REACH)));
  let best: readonly Settlement[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const back of returns) {
    shrinking.trial(back.member, back.cut, () => {
      for (const loss of losses) {
        const damage = damageOf(back) + damageOf(loss);
        if (loss.member === back.member || damage >= least) continue;
        const after = shrinking.trial(loss.member, loss.cut, used);
        if (after > 1 || after < close) continue;
        [best, least] = [[back, loss], damage];
      }
    });
  }
  return best;
}
