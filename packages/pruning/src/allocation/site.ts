import type { Prunable } from '../analysis/prunable.js';
import type { GroupConsumer } from '../grams/group-consumers.js';
import type { Rounding } from '../selection/channels-to-keep.js';
import type { ScoredGroup } from '../selection/decision.js';
import type { Cut } from '../selection/shrinking-group.js';
import { muteConsumers } from './mute-consumers.js';
import { trialCuts } from './trial-cuts.js';

/** A group whose damage is measured. */
export interface Site {
  readonly scored: ScoredGroup;
  readonly label: string;
  /** From the least cut on. */
  readonly cuts: readonly Cut[];
  /** The layers whose weights can do for a measurement what surgery does; undefined where only surgery does it. */
  readonly consumers: readonly GroupConsumer[] | undefined;
}

/** The groups of which something can go. */
export function sitesOf(
  { engine, members }: Prunable,
  scored: readonly ScoredGroup[],
  rounding: Rounding,
): readonly Site[] {
  return scored.flatMap((own) => {
    const cuts = trialCuts(own, rounding);
    const known = members.get(own.group);
    if (cuts.length === 0 || known === undefined) return [];
    return [{ scored: own, label: known.label, cuts, consumers: muteConsumers(own.group, known, engine) }];
  });
}

/** The columns of a layer's weight matrix that read the units of a cut. */
export function columnsOf({ scored }: Site, { unitOfColumn }: GroupConsumer, { units }: Cut): ReadonlySet<number> {
  const gone = new Set(units);
  const columns = new Set<number>();
  for (const [column, unit] of unitOfColumn.entries()) {
    const atom = scored.group.units[unit];
    if (atom !== undefined && gone.has(atom)) columns.add(column);
  }
  return columns;
}
