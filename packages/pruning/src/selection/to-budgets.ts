import type { CostState } from '../costs/cost-state.js';
import type { Limit } from '../costs/limits.js';
import type { Scope } from '../criteria/options.js';
import { descend, type Order } from './descent.js';
import { fillUp } from './fill-up.js';
import type { Shrinking } from './shrinking.js';
import type { ShrinkingGroup } from './shrinking-group.js';

/** Channels of the blocks that are used where those of the rounding do not come near. */
const FINER: readonly number[] = [8, 4, 2, 1];

/** Cuts that a move may span: as many as the smallest blocks need to save a whole block of a kernel. */
const REACH = 4;

/** Limits to shrink a model to, and the rounding with which that may be done. */
export interface BudgetTask {
  readonly shrinking: Shrinking;
  readonly costs: CostState;
  readonly limits: readonly Limit[];
  readonly classes: readonly (readonly ShrinkingGroup[])[];
  readonly scope: Scope;
}

const isMet = (costs: CostState) => (limit: Limit) => costs.total(limit.cost) <= limit.most;

/** What a move saves of the limits that are not met yet, each as a part of the original. */
function saving({ shrinking, costs }: BudgetTask, unmet: readonly Limit[]) {
  const present = () => unmet.reduce((sum, { cost, original }) => sum + costs.total(cost) / original, 0);
  return (member: ShrinkingGroup, cut: ShrinkingGroup['cut']) => present() - shrinking.trial(member, cut, present);
}

/** Damage per saved cost: the price at which a block goes. */
function byTradeOff(task: BudgetTask, unmet: readonly Limit[]): Order {
  const saves = saving(task, unmet);
  return ({ member, cut }) => {
    const saved = saves(member, cut);
    const damage = member.damage(cut) - member.damage(member.cut);
    return [0, saved > 0 ? damage / saved : Number.POSITIVE_INFINITY];
  };
}

/** All classes lose the same share of their channels; within a class the lowest scores go. */
function byShare(classes: BudgetTask['classes']): Order {
  const classOf = new Map(classes.flatMap((members) => members.map((member) => [member, members] as const)));
  return ({ member, score, channels }) => {
    const own = classOf.get(member) ?? [member];
    const total = own.reduce((sum, { channels: all }) => sum + all, 0);
    const gone = own.reduce((sum, { cut, group }) => sum + cut.units.length * group.channelsPerUnit, 0);
    const half = own.length === 1 ? channels / 2 : 0;
    return [(gone + half) / total, score / channels];
  };
}

/** Shrinks until one more limit is met; false where nothing is left to remove. */
function meetNext(task: BudgetTask, unmet: readonly Limit[], finest: number | undefined): boolean {
  const { shrinking, costs, classes, scope } = task;
  const order = scope === 'global' ? byTradeOff(task, unmet) : byShare(classes);
  const reach = scope === 'global' ? REACH : 1;
  return !descend(shrinking, shrinking.groups, { order, reach, finest, done: () => unmet.some(isMet(costs)) })
    .exhausted;
}

/**
 * Removes as little as meets all limits. Blocks are as coarse as the rounding has them; only where these do not reach
 * the limits, or overshoot them, finer ones are used, and only as far as needed.
 *
 * @returns the limits that cannot be met
 */
export function shrinkToBudgets(task: BudgetTask): readonly Limit[] {
  const { shrinking, costs, limits } = task;
  const unmet = () => limits.filter((limit) => !isMet(costs)(limit));
  const finer = shrinking.rounding.round === 'auto' ? FINER : [];
  for (const finest of [undefined, ...finer]) {
    while (unmet().length > 0 && meetNext(task, unmet(), finest));
    if (unmet().length === 0) break;
  }
  if (unmet().length === 0) fillUp(shrinking, costs, limits, finer);
  return unmet();
}
