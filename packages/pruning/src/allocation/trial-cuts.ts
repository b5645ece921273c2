import { type Rounding, unitsToKeep } from '../selection/channels-to-keep.js';
import type { ScoredGroup } from '../selection/decision.js';
import { type Cut, ShrinkingGroup } from '../selection/shrinking-group.js';

/** Parts of its units that a group is measured with. */
const KEPT: readonly number[] = [0.8, 0.62, 0.45, 0.3, 0.2];

/** The cuts at which the damage of a group is measured, from the least one, rounded as the selection rounds them. */
export function trialCuts(scored: ScoredGroup, rounding: Rounding): readonly Cut[] {
  const { units, channelsPerUnit } = scored.group;
  const shrinking = new ShrinkingGroup(scored);
  const cuts = new Map<number, Cut>();
  for (const part of KEPT) {
    const cut = shrinking.cutTo(unitsToKeep(units.length, channelsPerUnit, { ...rounding, ratio: 1 - part }));
    if (cut.units.length > 0) cuts.set(cut.kept, cut);
  }
  return [...cuts.values()];
}
