import { type AssignmentOption, hullPoints, hullSteps } from './assignment-hull.js';
import { combineStates, firstState, pathTo } from './assignment-states.js';

/** A best compromise: nothing that costs as little loses less. */
export interface FrontPoint extends AssignmentOption {
  /** Index of the option of each item. */
  readonly choices: readonly number[];
}

type Items = readonly (readonly AssignmentOption[])[];

/**
 * The assignments that are best at some price of cost: the convex hull of all best compromises, cost rising. Each of
 * them is exact for what it costs.
 *
 * @param items the options of each; none may be without options
 */
export function convexFront(items: Items): readonly FrontPoint[] {
  const choices = items.map((options) => hullPoints(options)[0]);
  let cost = items.reduce((sum, options, item) => sum + options[choices[item]].cost, 0);
  let loss = items.reduce((sum, options, item) => sum + options[choices[item]].loss, 0);
  const points: FrontPoint[] = [{ choices: [...choices], cost, loss }];
  for (const { item, to, cost: more, gain } of hullSteps(items)) {
    choices[item] = to;
    cost += more;
    loss -= gain;
    points.push({ choices: [...choices], cost, loss });
  }
  return points;
}

/**
 * All best compromises, cost rising.
 *
 * @param most combinations that are kept at a time
 * @returns undefined where there are more than that
 */
export function exactFront(items: Items, most: number): readonly FrontPoint[] | undefined {
  let states = firstState();
  for (const options of items) {
    states = combineStates(states, options, () => true);
    if (states.cost.length > most) return undefined;
  }
  return Array.from(states.cost, (cost, index) => ({
    choices: pathTo(states, index),
    cost,
    loss: states.loss[index],
  }));
}
