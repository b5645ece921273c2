import type { Choice, Ladder } from '../ranks/ladder.js';

/** A layer, and what became of it. */
export interface RankEntry {
  readonly ladder: Ladder;
  /** Undefined where it stayed dense. */
  readonly choice: Choice | undefined;
}
