/** One way to treat an item: what it costs, and what is lost by it. */
export interface AssignmentOption {
  readonly cost: number;
  readonly loss: number;
}

/** A step along the lower convex hull of an item's options: it costs more and loses less. */
export interface HullStep {
  readonly item: number;
  /** Index of the option that the step leads to. */
  readonly to: number;
  readonly cost: number;
  readonly gain: number;
}

/** Not above the line between the others: losing less for each unit of cost before than after. */
function turnsDown(from: AssignmentOption, middle: AssignmentOption, to: AssignmentOption): boolean {
  return (middle.loss - from.loss) * (to.cost - middle.cost) < (to.loss - middle.loss) * (middle.cost - from.cost);
}

/** Indices of the options on the lower convex hull of loss over cost, from the cheapest to the one that loses least. */
export function hullPoints(options: readonly AssignmentOption[]): readonly number[] {
  const order = options.map((_, index) => index);
  order.sort((a, b) => options[a].cost - options[b].cost || options[a].loss - options[b].loss || a - b);
  const hull: number[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const index of order) {
    if (options[index].loss >= least) continue;
    least = options[index].loss;
    while (hull.length > 1) {
      const [from, middle] = hull.slice(-2);
      if (turnsDown(options[from], options[middle], options[index])) break;
      hull.pop();
    }
    hull.push(index);
  }
  return hull;
}

/** The steps along the hulls of all items, those that gain most for their cost first; of one item in their order. */
export function hullSteps(items: readonly (readonly AssignmentOption[])[]): readonly HullStep[] {
  const steps: HullStep[] = [];
  for (const [item, options] of items.entries()) {
    const hull = hullPoints(options);
    for (const [index, to] of hull.slice(1).entries()) {
      const from = options[hull[index]];
      steps.push({ item, to, cost: options[to].cost - from.cost, gain: from.loss - options[to].loss });
    }
  }
  return steps.sort((a, b) => b.gain / b.cost - a.gain / a.cost);
}
