import type { Group } from '../groups/group.js';

/**
 * The units with the lowest scores. Equal scores keep the lower index; pinned units stay, and no axis loses its last
 * unit.
 *
 * @param scores one per unit of the group
 * @param count how many to choose; fewer are returned where the group does not allow more
 */
export function chooseUnits(group: Group, scores: Float64Array, count: number): readonly number[] {
  const order = [...group.units.entries()]
    .filter(([, unit]) => !group.pinned.has(unit))
    .sort(([first], [second]) => (scores[first] ?? 0) - (scores[second] ?? 0) || second - first);
  const left = group.cells.map((cell) => ({ cell, count: cell.size }));
  const chosen: number[] = [];
  for (const [, unit] of order) {
    if (chosen.length >= Math.min(count, group.units.length - 1)) break;
    const filled = left.filter(({ cell }) => cell.has(unit));
    if (filled.some((entry) => entry.count === 1)) continue;
    for (const entry of filled) entry.count--;
    chosen.push(unit);
  }
  return chosen;
}
