import { type AssignmentOption, type HullStep, hullPoints, hullSteps } from './assignment-hull.js';
import { combineStates, firstState, pathTo, type States, withoutStates } from './assignment-states.js';
import { assignmentWithoutOptions } from './messages.js';

/** One option for each item, with the sums over all. */
export interface Assignment extends AssignmentOption {
  /** Index of the option of each item, in the order of the items. */
  readonly choices: readonly number[];
  /** No assignment within the limit loses less than this; the loss itself where the search was complete. */
  readonly bound: number;
}

/** How long a search may go on. */
export interface AssignmentSearch {
  /** Called between parts of the work, see `Pause`. */
  readonly pause?: () => Promise<void>;
  /** Combinations that are kept at a time, at most; 50 000 when left out. */
  readonly mostStates?: number;
  /** The part of the loss that is not worth looking for; 0 when left out: then the result is exact. */
  readonly tolerance?: number;
}

type Items = readonly (readonly AssignmentOption[])[];

const MOST_STATES = 50_000;

/** Sums differ by rounding, by about this part. */
const ROUNDING = 1e-12;

function sums(items: Items, choices: readonly number[]): AssignmentOption {
  let [cost, loss] = [0, 0];
  for (const [item, options] of items.entries()) {
    const option = options[choices[item]];
    cost += option.cost;
    loss += option.loss;
  }
  return { cost, loss };
}

/**
 * Assigns options one step at a time: from the cheapest option of each item along those of its lower convex hull, the
 * step that gains most for its cost first, as long as it fits.
 *
 * @returns undefined where even the cheapest options cost more than the limit
 * @throws RangeError where an item has no options
 */
export function assignGreedily(items: Items, limit: number): Assignment | undefined {
  return greedy(items, hullSteps(requireOptions(items)), limit);
}

function greedy(items: Items, steps: readonly HullStep[], limit: number): Assignment | undefined {
  const choices = items.map((options) => hullPoints(options)[0]);
  let { cost } = sums(items, choices);
  if (cost > limit) return undefined;
  const full = new Set<number>();
  for (const { item, to, cost: more } of steps) {
    if (full.has(item)) continue;
    if (cost + more > limit) full.add(item);
    else {
      choices[item] = to;
      cost += more;
    }
  }
  return { choices, ...sums(items, choices), bound: Number.NEGATIVE_INFINITY };
}

/** The price of cost, in loss, at which the relaxed problem spends the limit: that of the first step that does not fit. */
function priceAt(items: Items, steps: readonly HullStep[], limit: number): number {
  let left =
    limit -
    sums(
      items,
      items.map((options) => hullPoints(options)[0]),
    ).cost;
  for (const step of steps) {
    left -= step.cost;
    if (left < 0) return step.gain / step.cost;
  }
  return 0;
}

/** For each number of items that are decided: the least that the others cost, lose, and are worth at a price. */
interface Rest {
  readonly cost: number;
  readonly loss: number;
  readonly priced: number;
}

function restsOf(items: Items, price: number): readonly Rest[] {
  const rests: Rest[] = [{ cost: 0, loss: 0, priced: 0 }];
  for (const options of [...items].reverse()) {
    const after = rests[rests.length - 1];
    rests.push({
      cost: after.cost + Math.min(...options.map(({ cost }) => cost)),
      loss: after.loss + Math.min(...options.map(({ loss }) => loss)),
      priced: after.priced + Math.min(...options.map(({ cost, loss }) => loss + price * cost)),
    });
  }
  return rests.reverse();
}

function requireOptions(items: Items): Items {
  if (items.some((options) => options.length === 0)) throw assignmentWithoutOptions();
  return items;
}

/** The order in which items are decided: those first that lose most by leaving what the price speaks for. */
function orderOf(items: Items, price: number): readonly number[] {
  const spread = (options: readonly AssignmentOption[]) => {
    const [first = 0, second = Number.POSITIVE_INFINITY] = options
      .map(({ cost, loss }) => loss + price * cost)
      .sort((a, b) => a - b);
    return second - first;
  };
  const spreads = items.map(spread);
  return items.map((_, item) => item).sort((a, b) => spreads[b] - spreads[a] || a - b);
}

/**
 * One option for each item, so that the sum of the losses is least and the sum of the costs within a limit: the
 * multiple-choice knapsack problem. Combinations of the first items are kept as long as none costs and loses less
 * (Nemhauser and Ullmann 1969), and as long as the Lagrangian bound of the rest leaves them a chance (Dyer et al. 1984).
 * The result is exact; only where more combinations than `mostStates` remain, the least promising go, and `bound` tells
 * how far off the result can be. That happens where all options lose alike for what they cost, with 50 items or more. It never loses more than `assignGreedily`.
 *
 * @param items the options of each; costs and losses are finite, and may be below 0
 * @returns undefined where even the cheapest options cost more than the limit
 * @throws RangeError where an item has no options
 * @example
 * const best = await assign([[{ cost: 4, loss: 9 }, { cost: 8, loss: 1 }], [{ cost: 2, loss: 3 }]], 10);
 * best?.choices; // [1, 0]
 */
export async function assign(
  items: Items,
  limit: number,
  { pause = async () => {}, mostStates = MOST_STATES, tolerance = 0 }: AssignmentSearch = {},
): Promise<Assignment | undefined> {
  const steps = hullSteps(requireOptions(items));
  let best = greedy(items, steps, limit);
  if (best === undefined) return undefined;
  const price = priceAt(items, steps, limit);
  const order = orderOf(items, price);
  const ordered = order.map((item) => items[item]);
  const rests = restsOf(ordered, price);
  let dropped = Number.POSITIVE_INFINITY;
  let states = firstState();
  const boundIn = (depth: number) => (cost: number, loss: number) => {
    const { cost: least, loss: lost, priced } = rests[depth];
    if (cost + least > limit) return Number.POSITIVE_INFINITY;
    return Math.max(loss + lost, loss + priced + price * (cost - limit));
  };
  for (const [index, options] of ordered.entries()) {
    await pause();
    const bound = boundIn(index + 1);
    const ceiling = best.loss - Math.max(ROUNDING, tolerance) * Math.abs(best.loss);
    states = combineStates(states, options, (cost, loss) => bound(cost, loss) < ceiling);
    const most = withoutStates(states, bound, mostStates);
    states = most.states;
    dropped = Math.min(dropped, most.dropped);
    best = better(best, completed(items, order, states, bound, limit));
  }
  return { ...best, bound: Math.min(best.loss - tolerance * Math.abs(best.loss), dropped) };
}

const better = (first: Assignment, second: Assignment | undefined): Assignment =>
  second !== undefined && second.loss < first.loss ? second : first;

/** The most promising combination with its other items assigned greedily. */
function completed(
  items: Items,
  order: readonly number[],
  states: States,
  bound: (cost: number, loss: number) => number,
  limit: number,
): Assignment | undefined {
  let [at, least] = [-1, Number.POSITIVE_INFINITY];
  for (let index = 0; index < states.cost.length; index++) {
    const value = bound(states.cost[index], states.loss[index]);
    if (value < least) [at, least] = [index, value];
  }
  if (at < 0) return undefined;
  const fixed = new Map(pathTo(states, at).map((option, depth) => [order[depth], option]));
  const rest = items.map((options, item) => {
    const option = fixed.get(item);
    return option === undefined ? options : [options[option]];
  });
  const found = greedy(rest, hullSteps(rest), limit);
  if (found === undefined) return undefined;
  const choices = found.choices.map((option, item) => fixed.get(item) ?? option);
  return { choices, ...sums(items, choices), bound: Number.NEGATIVE_INFINITY };
}
