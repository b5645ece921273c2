import type { CostState } from '../costs/cost-state.js';
import type { Limit } from '../costs/limits.js';
import { NEAR } from './budget-metrics.js';
import { bestExchange } from './exchange.js';
import type { Shrinking } from './shrinking.js';
import type { Cut, ShrinkingGroup } from './shrinking-group.js';

/** Part of a limit that is enough to be near it, with something left for what costs are counted in the end. */
const CLOSE = NEAR + 0.002;

/** The largest part of a limit that is used. */
const used = (costs: CostState, limits: readonly Limit[]): number =>
  Math.max(...limits.map(({ cost, most }) => costs.total(cost) / most));

interface Return {
  readonly member: ShrinkingGroup;
  readonly cut: Cut;
  /** Whether the limits are nearly used with it; then no other block need be split. */
  readonly closes: boolean;
  /** Damage undone per part of the limits. */
  readonly gain: number;
}

function isBetter(candidate: Return, best: Return): boolean {
  return candidate.closes === best.closes ? candidate.gain > best.gain : candidate.closes;
}

/** What is shrunk, and the limits that leave room. */
interface Room {
  readonly shrinking: Shrinking;
  readonly costs: CostState;
  readonly limits: readonly Limit[];
}

/** The return to one group that regains most for its cost and still meets the limits. */
function bestReturn({ shrinking, costs, limits }: Room, finest: number | undefined, reach: number): Return | undefined {
  const before = used(costs, limits);
  let best: Return | undefined;
  for (const member of shrinking.groups) {
    for (const cut of shrinking.larger(member, reach, finest)) {
      const after = shrinking.trial(member, cut, () => used(costs, limits));
      if (after > 1) break;
      const gain = (member.damage(member.cut) - member.damage(cut)) / Math.max(after - before, Number.EPSILON);
      const candidate = { member, cut, closes: after >= CLOSE, gain };
      if (best === undefined || isBetter(candidate, best)) best = candidate;
    }
  }
  return best;
}

/** Gives back block after block while there is room; with `enough`, only until the limits are nearly used. */
function giveBack(room: Room, finest: number | undefined, enough: boolean): void {
  const { shrinking, costs, limits } = room;
  while (!(enough && used(costs, limits) >= CLOSE)) {
    const back = bestReturn(room, finest, 1);
    if (back === undefined) return;
    shrinking.settle(back.member, back.cut);
  }
}

/** Gives back part of a block to the one group with which the limits are nearly used; false where there is none. */
function splitOne(room: Room, blocks: readonly number[], coarsest: number): boolean {
  for (const finest of blocks) {
    const back = bestReturn(room, finest, coarsest / finest);
    if (back?.closes) {
      room.shrinking.settle(back.member, back.cut);
      return true;
    }
  }
  return false;
}

/** Channels of the largest block of a kernel. */
const LARGEST_BLOCK = 16;

/**
 * Gives back what the limits leave room for. Whole blocks come first, then the exchange of a block of one group for one of
 * another; only where these do not come near the limits is a block split, in one group if that is enough.
 *
 * @param finer channels of the blocks that may be used besides those of the rounding, from large to small
 */
export function fillUp(
  shrinking: Shrinking,
  costs: CostState,
  limits: readonly Limit[],
  finer: readonly number[],
): void {
  const room = { shrinking, costs, limits };
  giveBack(room, undefined, false);
  if (used(costs, limits) >= CLOSE) return;
  const exchange = bestExchange(shrinking, () => used(costs, limits), CLOSE);
  for (const { member, cut } of exchange) shrinking.settle(member, cut);
  if (exchange.length > 0 || splitOne(room, finer, LARGEST_BLOCK)) return;
  for (const finest of finer) giveBack(room, finest, true);
}
