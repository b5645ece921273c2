import * as reasons from '../reasons.js';
import { type Rounding, unitsToKeep } from './channels-to-keep.js';
import { chooseUnits } from './choose-units.js';
import type { Decision, ScoredGroup } from './decision.js';

/** The same share of every group: its lowest-scored units. */
export function selectPerLayer(
  groups: readonly ScoredGroup[],
  options: Rounding & { readonly ratio: number },
): readonly Decision[] {
  return groups.map(({ group, scores }) => {
    const { units, channelsPerUnit } = group;
    const count = units.length - unitsToKeep(units.length, channelsPerUnit, options);
    const chosen = count === 0 ? [] : chooseUnits(group, scores, count);
    const reason = chosen.length > 0 ? undefined : reasons.allKept(units.length * channelsPerUnit);
    return { group, units: chosen, reason };
  });
}
