import type { Prunable } from '../analysis/prunable.js';
import { blockedBecause } from '../groups/group.js';
import type { Rounding } from './channels-to-keep.js';
import type { Decision } from './decision.js';
import { selectPerLayer } from './per-layer.js';

/** Parts of its channels that every layer keeps in the copies that are timed besides the model. */
const PARTS = [0.75, 0.5, 0.25];

const removed = (decisions: readonly Decision[]) => decisions.reduce((sum, { units }) => sum + units.length, 0);

/** Cuts of all layers alike, each deeper than the one before; which of its units a layer loses makes no difference to its time. */
export function timedCuts({ groups }: Prunable, rounding: Rounding): readonly (readonly Decision[])[] {
  const open = groups.filter((group) => blockedBecause(group) === undefined);
  const scored = open.map((group) => ({ group, scores: new Float64Array(group.units.length) }));
  const cuts = PARTS.map((part) => selectPerLayer(scored, { ...rounding, ratio: 1 - part }));
  return cuts.filter((cut, index) => removed(cut) > removed(cuts[index - 1] ?? []));
}
