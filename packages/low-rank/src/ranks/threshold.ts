import { type Amount, lowerHull, type Option, optionsOf } from './convex-hull.js';
import type { Choices, Ladder } from './ladder.js';

/** One step down from the dense layers: a layer takes a cheaper option. */
export interface Edge {
  /** Index of the layer. */
  readonly ladder: number;
  readonly to: Option;
  readonly freed: number;
  /** Damage that it adds for each part that it frees of all that is counted: 2 where 10 % less cost 0.2 of loss. */
  readonly price: number;
}

/** What is counted of all layers that have a choice, while they are dense. */
export function denseAmount(ladders: readonly Ladder[], amount: Amount): number {
  return ladders.reduce((sum, { choices, dense }) => (choices.length === 0 ? sum : sum + dense[amount]), 0);
}

function edgesOfLadder(options: readonly Option[], ladder: number, all: number): readonly Edge[] {
  const edges: Edge[] = [];
  let from: Option | undefined;
  let price = 0;
  for (const to of lowerHull(options)) {
    if (from !== undefined) {
      const freed = from.cost - to.cost;
      price = Math.max(price, ((to.damage - from.damage) * all) / freed);
      edges.push({ ladder, to, freed, price });
    }
    from = to;
  }
  return edges;
}

/** The steps from all layers dense to all at their cheapest choice, price rising; those of one layer in its order. */
export function edgesOf(ladders: readonly Ladder[], amount: Amount): readonly Edge[] {
  const all = denseAmount(ladders, amount);
  return ladders
    .flatMap((ladder, index) => edgesOfLadder(optionsOf(ladder, amount), index, all))
    .sort((a, b) => a.price - b.price);
}

/** The thresholds at which `atThreshold` changes, rising: at each of them it takes one choice or several more. */
export function thresholdsOf(ladders: readonly Ladder[], amount: Amount): readonly number[] {
  return [...new Set(edgesOf(ladders, amount).map(({ price }) => price))];
}

/**
 * The choices with one threshold for all layers: whatever frees a part of the cost for no more damage than the threshold
 * times that part, is freed. Nothing else that costs as little does less damage (the Lagrangian of the choice; Everett,
 * Generalized Lagrange Multiplier Method, 1963).
 *
 * @param threshold summed losses for each part of the cost of all layers; below 0 all stay dense
 */
export function atThreshold(ladders: readonly Ladder[], amount: Amount, threshold: number): Choices {
  const choices: Choices[number][] = ladders.map(() => undefined);
  for (const { ladder, to, price } of edgesOf(ladders, amount)) {
    if (price > threshold) break;
    choices[ladder] = to.choice;
  }
  return choices;
}
