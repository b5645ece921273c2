import type { Group } from '../groups/group.js';

/** Indices of the units that may go, lowest score first; of equal scores the higher index first. */
function inOrder(group: Group, scores: Float64Array): readonly number[] {
  return [...group.units.keys()]
    .filter((index) => !group.pinned.has(group.units[index] ?? -1))
    .sort((first, second) => (scores[first] ?? 0) - (scores[second] ?? 0) || second - first);
}

/**
 * Ranks the units of a group. Asked for a number of units it gives those with the lowest scores. Equal scores keep the
 * lower index; pinned units stay. An axis that holds only some of the units keeps the same share of them as the whole
 * group, and at least one, so that no layer is emptied because its units are cheap.
 */
export class UnitRanking {
  readonly #order: readonly number[];

  /** @param scores one per unit of the group */
  constructor(
    readonly group: Group,
    readonly scores: Float64Array,
  ) {
    this.#order = inOrder(group, scores);
  }

  /** The indices of `count` units to remove, or fewer where the group does not allow more. */
  lowest(count: number): readonly number[] {
    const { units, cells } = this.group;
    const most = Math.max(0, Math.min(count, units.length - 1));
    if (cells.length === 0) return this.#order.slice(0, most);
    const share = 1 - count / units.length;
    const left = cells.map((cell) => ({ cell, count: cell.size - Math.max(1, Math.floor(cell.size * share)) }));
    const chosen: number[] = [];
    for (const index of this.#order) {
      if (chosen.length >= most) break;
      const filled = left.filter(({ cell }) => cell.has(units[index] ?? -1));
      if (filled.some((entry) => entry.count === 0)) continue;
      for (const entry of filled) entry.count--;
      chosen.push(index);
    }
    return chosen;
  }
}

/**
 * The units with the lowest scores, see {@link UnitRanking}.
 *
 * @param count how many to choose; fewer are returned where the group does not allow more
 */
export function chooseUnits(group: Group, scores: Float64Array, count: number): readonly number[] {
  return new UnitRanking(group, scores).lowest(count).flatMap((index) => group.units.slice(index, index + 1));
}
