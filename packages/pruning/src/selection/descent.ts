import type { Shrinking } from './shrinking.js';
import type { Cut, ShrinkingGroup } from './shrinking-group.js';

/** One way to make a group smaller. */
interface Move {
  readonly member: ShrinkingGroup;
  readonly cut: Cut;
  /** Normalised scores that go with it. */
  readonly score: number;
  /** Channels that go. */
  readonly channels: number;
}

/** Sorts moves: those with the lowest first number go first, among equal ones those with the lowest second. */
export type Order = (move: Move) => readonly [number, number];

export interface Descent {
  readonly order: Order;
  /** How many cuts ahead a move may reach; more than 1 where a single one may save nothing. */
  readonly reach: number;
  /** Most channels in a block; undefined where rounding alone decides. */
  readonly finest?: number | undefined;
  done(): boolean;
}

interface Ranked {
  readonly move: Move;
  readonly key: readonly [number, number];
}

function isBefore([first, second]: Ranked['key'], other: Ranked['key']): boolean {
  return first < other[0] || (first === other[0] && second < other[1]);
}

function bestMove(shrinking: Shrinking, member: ShrinkingGroup, { order, reach, finest }: Descent): Ranked | undefined {
  let best: Ranked | undefined;
  for (const cut of shrinking.smaller(member, reach, finest)) {
    const { kept, score } = member.cut;
    const channels = (kept - cut.kept) * member.group.channelsPerUnit;
    const move = { member, cut, score: cut.score - score, channels };
    const key = order(move);
    if (Number.isFinite(key[0]) && Number.isFinite(key[1]) && (best === undefined || isBefore(key, best.key))) {
      best = { move, key };
    }
  }
  return best;
}

function firstOf(ranked: Iterable<Ranked>): Ranked | undefined {
  let first: Ranked | undefined;
  for (const candidate of ranked) if (first === undefined || isBefore(candidate.key, first.key)) first = candidate;
  return first;
}

/** The last move that was made, so that it can be taken back. */
interface LastMove {
  readonly member: ShrinkingGroup;
  readonly before: Cut;
}

/**
 * Makes groups smaller, move by move in their order, until enough is gone. With the damage done per cost saved as the
 * order, this is the path of the Lagrangian: a block goes at the price at which it is worth its cost, given what is gone
 * already. Each move makes the others rank worse, if it changes them at all, since a channel saves less the fewer others
 * there are; so a rank is brought up to date only when it comes first.
 */
export function descend(
  shrinking: Shrinking,
  members: readonly ShrinkingGroup[],
  descent: Descent,
): { readonly exhausted: boolean; readonly last: LastMove | undefined } {
  const ranked = new Map<ShrinkingGroup, Ranked>();
  const rank = (member: ShrinkingGroup) => {
    const best = bestMove(shrinking, member, descent);
    if (best === undefined) ranked.delete(member);
    else ranked.set(member, best);
    return best;
  };
  for (const member of members) rank(member);
  let last: LastMove | undefined;
  while (!descent.done()) {
    const first = firstOf(ranked.values());
    if (first === undefined) return { exhausted: true, last };
    const { member } = first.move;
    const fresh = rank(member);
    if (fresh === undefined || isBefore(first.key, fresh.key)) continue;
    last = { member, before: member.cut };
    shrinking.settle(member, fresh.move.cut);
    rank(member);
  }
  return { exhausted: false, last };
}
