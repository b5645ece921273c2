import type { GroupElimination } from './group-elimination.js';
import { scoresInOrder } from './scores-in-order.js';

interface PricedUnit {
  readonly unit: number;
  readonly cost: number;
}

/** What each unit costs now, cheapest first; ties keep the lower index. */
function priced(units: readonly number[], elimination: GroupElimination): readonly PricedUnit[] {
  const all = units.map((unit) => ({ unit, cost: elimination.cost(unit) }));
  return all.sort((one, other) => one.cost - other.cost || other.unit - one.unit);
}

/**
 * Removes units one by one, the cheapest of those left first; those that stay follow by their costs.
 *
 * @param least how many stay
 * @param pause called before each further unit
 * @returns scores in the order of removal
 */
export async function eliminate(
  elimination: GroupElimination,
  least: number,
  pause: () => Promise<void>,
): Promise<Float64Array> {
  const gone: PricedUnit[] = [];
  let left = priced([...Array(elimination.units).keys()], elimination);
  while (left.length > least) {
    const [first, ...others] = left;
    if (first === undefined) break;
    elimination.remove(first.unit);
    gone.push(first);
    await pause();
    left = priced(
      others.map(({ unit }) => unit),
      elimination,
    );
  }
  const order = [...gone, ...left];
  return scoresInOrder(
    order.map(({ unit }) => unit),
    order.map(({ cost }) => cost),
  );
}
