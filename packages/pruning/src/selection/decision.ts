import type { DamageCurve } from '../allocation/damage-curve.js';
import type { Group } from '../groups/group.js';

/** A group whose units have a score each. */
export interface ScoredGroup {
  readonly group: Group;
  readonly scores: Float64Array;
  /** What the outputs suffer when the group alone shrinks; undefined where that was not measured. */
  readonly damage?: DamageCurve | undefined;
}

/** What was decided for one group: the units that go, or why none does. */
export interface Decision {
  readonly group: Group;
  /** Representative atoms of the units to remove. */
  readonly units: readonly number[];
  readonly reason: string | undefined;
}
