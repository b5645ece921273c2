import type { Producer } from '../axes/engine.js';

/**
 * Channels that are chosen together: the output channels of one layer, or of several layers whose outputs are added,
 * shuffled or otherwise tied. A unit is one set of atoms, the smallest thing that can be removed.
 */
export interface Group {
  /** Representative atoms, in the order of the first producer's channels. */
  readonly units: readonly number[];
  /** Units that have to stay, and why. */
  readonly pinned: ReadonlyMap<number, string>;
  /** The weight axes along which the channels are computed. */
  readonly producers: readonly Producer[];
  /** Channels that one unit stands for in each producer; 1 unless all producers agree on more. */
  readonly channelsPerUnit: number;
  /** Sets of units of which at least one must stay, since they make up a whole axis somewhere. */
  readonly cells: readonly ReadonlySet<number>[];
}

/** Labels of the nodes that compute the group's channels. */
export function labelsOf(group: Group): readonly string[] {
  return [...new Set(group.producers.map(({ node }) => node.label))];
}

/** Why nothing of the group can be removed; undefined where something can. */
export function blockedBecause({ units, pinned }: Group): string | undefined {
  if (units.some((unit) => !pinned.has(unit))) return undefined;
  const [first] = pinned.values();
  return first;
}
