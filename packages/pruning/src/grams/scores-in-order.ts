/** What each next score exceeds the one before by, at least, as a part of it. */
const STEP = 1e-9;

/** The same behind units that cost nothing. */
const LEAST_STEP = 1e-300;

/**
 * Scores with which units go in a given order: the cost of each, raised where a unit before it cost as much or more.
 *
 * @param order the units, first to go first
 * @param costs what each of them costs, in the same order
 */
export function scoresInOrder(order: readonly number[], costs: readonly number[]): Float64Array {
  const scores = new Float64Array(order.length);
  let least = 0;
  for (const [place, unit] of order.entries()) {
    const score = Math.max(costs[place] ?? 0, least);
    scores[unit] = score;
    least = score + Math.max(score * STEP, LEAST_STEP);
  }
  return scores;
}
