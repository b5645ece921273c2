import type { AssignmentOption } from './assignment-hull.js';

/** Combinations of options of the first items, cost rising and loss falling: none is worse than another in both. */
export interface States {
  readonly cost: Float64Array;
  readonly loss: Float64Array;
  /** The option of the last item, and the combination of those before it. */
  readonly option: Int32Array;
  readonly parent: Int32Array;
  readonly before: States | undefined;
}

/** The one combination of no items. */
export function firstState(): States {
  return {
    cost: Float64Array.of(0),
    loss: Float64Array.of(0),
    option: Int32Array.of(-1),
    parent: Int32Array.of(-1),
    before: undefined,
  };
}

/** The options of all items of a combination, from the first on. */
export function pathTo(states: States, index: number): readonly number[] {
  const options: number[] = [];
  let [level, at]: [States | undefined, number] = [states, index];
  while (level?.before !== undefined) {
    options.push(level.option[at]);
    at = level.parent[at];
    level = level.before;
  }
  return options.reverse();
}

/** All combinations with one option more, cost rising: the old ones, each moved by what the option costs and loses. */
interface Shifted {
  readonly option: number;
  readonly cost: number;
  readonly loss: number;
  at: number;
}

/** The list whose next combination is cheapest; of equally cheap ones that which loses least. */
function cheapest(lists: readonly Shifted[], { cost, loss }: States): Shifted | undefined {
  let best: Shifted | undefined;
  let [bestCost, bestLoss] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const list of lists) {
    if (list.at >= cost.length) continue;
    const nextCost = cost[list.at] + list.cost;
    if (nextCost > bestCost) continue;
    const nextLoss = loss[list.at] + list.loss;
    if (nextCost < bestCost || nextLoss < bestLoss) [best, bestCost, bestLoss] = [list, nextCost, nextLoss];
  }
  return best;
}

/**
 * Combinations with one item more. Those that cost and lose no less than another go, and those that are not promising.
 *
 * @param isPromising of the cost and loss of a combination
 */
export function combineStates(
  states: States,
  options: readonly AssignmentOption[],
  isPromising: (cost: number, loss: number) => boolean,
): States {
  const lists = options.map((option, index): Shifted => ({ option: index, ...option, at: 0 }));
  const most = states.cost.length * options.length;
  const [cost, loss] = [new Float64Array(most), new Float64Array(most)];
  const [option, parent] = [new Int32Array(most), new Int32Array(most)];
  let count = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let list = cheapest(lists, states); list !== undefined; list = cheapest(lists, states)) {
    const at = list.at++;
    const [sum, lost] = [states.cost[at] + list.cost, states.loss[at] + list.loss];
    if (lost >= least || !isPromising(sum, lost)) continue;
    least = lost;
    [cost[count], loss[count], option[count], parent[count]] = [sum, lost, list.option, at];
    count++;
  }
  const used = <Values extends { slice(start: number, end: number): Values }>(values: Values) => values.slice(0, count);
  return { cost: used(cost), loss: used(loss), option: used(option), parent: used(parent), before: states };
}

/**
 * Keeps so many combinations at most, those with the least bounds.
 *
 * @returns `dropped`, the least bound of those that went; infinity where all stay
 */
export function withoutStates(
  states: States,
  bound: (cost: number, loss: number) => number,
  most: number,
): { readonly states: States; readonly dropped: number } {
  const count = states.cost.length;
  if (count <= most) return { states, dropped: Number.POSITIVE_INFINITY };
  const bounds = Float64Array.from(states.cost, (cost, index) => bound(cost, states.loss[index]));
  const limit = bounds.slice().sort()[most];
  const isKept = (_: number, index: number) => bounds[index] < limit;
  const { cost, loss, option, parent, before } = states;
  const kept = {
    ...{ cost: cost.filter(isKept), loss: loss.filter(isKept) },
    ...{ option: option.filter(isKept), parent: parent.filter(isKept), before },
  };
  return { states: kept, dropped: limit };
}
