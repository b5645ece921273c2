import type { Change, Removal } from '@onnx-compress/core';

/** An axis of a weight, and which of its first positions are left. */
interface Axis {
  readonly size: number;
  readonly left: readonly number[];
}

const keyOf = ({ tensor, axis }: Pick<Change, string>) => JSON.stringify([tensor, axis]);

/** Follows what is left of weight axes from step to step, in terms of the model before the first. */
export class AxesLeft {
  readonly #axes = new Map<string, Axis>();

  /** Takes note of what a step cut; an axis that several nodes read is listed for each of them. */
  shorten(changed: readonly Change[]): void {
    const distinct = new Map(changed.map((change) => [keyOf(change), change]));
    for (const [key, { sizeBefore, removed }] of distinct) {
      if (typeof sizeBefore !== 'number' || !Array.isArray(removed)) continue;
      const { size, left } = this.#axes.get(key) ?? { size: sizeBefore, left: [...Array(sizeBefore).keys()] };
      const gone = new Set(removed);
      this.#axes.set(key, { size, left: left.filter((_, position) => !gone.has(position)) });
    }
  }

  /** Positions on an axis as the next step sees it, in terms of the axis as it was before all steps. */
  inFirstTerms<Positions extends Removal>(positions: Positions): Positions {
    const axis = this.#axes.get(JSON.stringify([positions.tensor, positions.axis]));
    if (axis === undefined) return positions;
    const channels = positions.channels.flatMap((channel) => axis.left[channel] ?? []);
    return { ...positions, size: axis.size, channels };
  }
}
