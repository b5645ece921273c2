import type { Group } from '../groups/group.js';

/**
 * The units with the lowest scores. Equal scores keep the lower index; pinned units stay. An axis that holds only some
 * of the units keeps the same share of them as the whole group, and at least one, so that no layer is emptied because
 * its units are cheap.
 *
 * @param scores one per unit of the group
 * @param count how many to choose; fewer are returned where the group does not allow more
 */
export function chooseUnits(group: Group, scores: Float64Array, count: number): readonly number[] {
  const order = [...group.units.entries()]
    .filter(([, unit]) => !group.pinned.has(unit))
    .sort(([first], [second]) => (scores[first] ?? 0) - (scores[second] ?? 0) || second - first);
  const share = 1 - count / group.units.length;
  const left = group.cells.map((cell) => ({ cell, count: cell.size - Math.max(1, Math.floor(cell.size * share)) }));
  const chosen: number[] = [];
  for (const [, unit] of order) {
    if (chosen.length >= Math.min(count, group.units.length - 1)) break;
    const filled = left.filter(({ cell }) => cell.has(unit));
    if (filled.some((entry) => entry.count === 0)) continue;
    for (const entry of filled) entry.count--;
    chosen.push(unit);
  }
  return chosen;
}
