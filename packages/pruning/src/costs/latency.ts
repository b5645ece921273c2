import type { LatencyCosts } from '../criteria/latency-costs.js';
import type { CostFunction, Term } from './term.js';
import { timeAt } from './time-curve.js';

/**
 * The predicted milliseconds of the model: of each node by its curve over the work that it has left, and of what stays.
 *
 * @param work the part of its work that each node has left, by its label
 */
export function latencyOf({ nodes, elsewhere }: LatencyCosts, work: ReadonlyMap<string, Term>): CostFunction {
  const curves = Object.entries(nodes);
  const terms = curves.flatMap(([node, curve]) => {
    const own = work.get(node);
    return own === undefined ? [] : { counters: own.counters, amount: () => timeAt(curve, own.amount()) };
  });
  return { total: curves.reduce((sum, [, curve]) => sum + timeAt(curve, 1), elsewhere), terms };
}
