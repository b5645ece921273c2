import type { Amount } from './convex-hull.js';

/** A rule that follows from what the layers cost and lose alone. */
export type LadderRule =
  | { readonly kind: 'rank'; readonly rank: number }
  | { readonly kind: 'energy'; readonly energy: number }
  | { readonly kind: 'part'; readonly amount: Amount; readonly part: number };

/** What decides the rank of each layer; `auto` by what the whole model computes on samples. */
export type RankRule = LadderRule | { readonly kind: 'auto'; readonly minCosine: number };
