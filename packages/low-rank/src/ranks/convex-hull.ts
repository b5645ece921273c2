import type { Cost } from '../sites/site.js';
import type { Choice, Ladder } from './ladder.js';

/** What a budget counts. */
export type Amount = keyof Cost;

/** A layer as it may be left: dense, or at one of its choices. */
export interface Option {
  /** Undefined for the dense layer. */
  readonly choice: Choice | undefined;
  /** What is counted. */
  readonly cost: number;
  /** The loss times the weight of the layer. */
  readonly damage: number;
}

/** All that a layer may be, cost falling: the dense layer is first, and the only one where nothing is counted of it. */
export function optionsOf({ dense, choices, weight = 1 }: Ladder, amount: Amount): readonly Option[] {
  const factored = choices.map((choice) => ({
    choice,
    cost: choice.cost[amount],
    damage: weight * choice.loss,
  }));
  const cheaper = factored.reverse().filter(({ cost }) => cost < dense[amount]);
  return [{ choice: undefined, cost: dense[amount], damage: 0 }, ...cheaper];
}

/** True where the middle option does not lie above the line between the others. */
function belowLine(from: Option, middle: Option, to: Option): boolean {
  return (middle.damage - from.damage) * (from.cost - to.cost) <= (to.damage - from.damage) * (from.cost - middle.cost);
}

/**
 * The options that are best at some price of what is counted: the lower convex hull of damage over cost, from the first
 * option to the last.
 *
 * @param options cost falling
 */
export function lowerHull(options: readonly Option[]): readonly Option[] {
  const hull: Option[] = [];
  for (const option of options) {
    for (let [from, middle] = hull.slice(-2); from && middle; [from, middle] = hull.slice(-2)) {
      if (belowLine(from, middle, option)) break;
      hull.pop();
    }
    hull.push(option);
  }
  return hull;
}
