import { descend, type Order } from './descent.js';
import type { Shrinking } from './shrinking.js';
import type { ShrinkingGroup } from './shrinking-group.js';

const gone = (members: readonly ShrinkingGroup[]) =>
  members.reduce((sum, { cut, group }) => sum + cut.units.length * group.channelsPerUnit, 0);

/** The channels with the lowest scores first, as blocks by their mean. */
const byScore: Order = ({ score, channels }) => [0, score / channels];

/**
 * Removes the ratio's share of the channels of a class, those with the lowest scores, wherever in the class they are.
 * Blocks are not split: the share comes as near as whole blocks allow, and a tie keeps more.
 */
export function shrinkToRatio(shrinking: Shrinking, members: readonly ShrinkingGroup[], ratio: number): void {
  const wanted = ratio * members.reduce((sum, { channels }) => sum + channels, 0);
  const { exhausted, last } = descend(shrinking, members, {
    order: byScore,
    reach: 1,
    done: () => gone(members) >= wanted,
  });
  if (last === undefined || exhausted) return;
  const [after, reached] = [gone(members) - wanted, last.member.cut];
  shrinking.settle(last.member, last.before);
  if (wanted - gone(members) > after) shrinking.settle(last.member, reached);
}
