import * as reasons from '../reasons.js';
import type { Decision } from './decision.js';
import type { Shrinking } from './shrinking.js';

/** What is gone of each group at present. */
export function decisionsOf({ groups }: Shrinking): readonly Decision[] {
  return groups.map(({ group, cut, channels }) => {
    const reason = cut.units.length > 0 ? undefined : reasons.rankedHigher(channels);
    return { group, units: cut.units, reason };
  });
}
