import { BackwardElimination } from '@onnx-compress/math';
import { columnsByUnit, pick } from './columns-by-unit.js';
import type { SeenConsumer } from './group-judge.js';
import type { LayerPart } from './layer-parts.js';

/** One matrix that units are eliminated from. */
interface Part {
  readonly elimination: BackwardElimination;
  /** Where the columns of each unit begin. */
  readonly starts: Int32Array;
  /** What the costs count for. */
  readonly factor: number;
}

/**
 * Units that go one after the other from all layers that read them. The weights that are left change each time so that
 * the outputs change least; the cost of a unit is what the outputs change by all the same.
 */
export class GroupElimination {
  readonly #parts: Part[] = [];

  constructor(readonly units: number) {}

  /** How many numbers a part of a layer takes, of which a unit has several columns. */
  static roomFor({ weights, columns }: LayerPart, unitOfColumn: Int32Array, units: number): number {
    const own = columnsByUnit(unitOfColumn, units).columns.length;
    return own * (own + weights.length / columns);
  }

  /** Column by column; those of other groups stay, and their weights change with the rest. */
  async addColumns({ parts, unitOfColumn, energy }: SeenConsumer): Promise<void> {
    const { columns, starts } = columnsByUnit(unitOfColumn, this.units);
    for (const part of parts) {
      const inverse = await part.inverse();
      if (inverse === undefined) continue;
      const own = pick(inverse, part.columns, columns, columns);
      const weights = pick(part.weights, part.columns, columns);
      const elimination = new BackwardElimination(own, columns.length, weights, weights.length / columns.length);
      this.#parts.push({ elimination, starts, factor: 1 / energy });
    }
  }

  /** Unit by unit: what is left of each is scaled as a whole. */
  addUnits(inverse: Float64Array): void {
    const starts = Int32Array.from({ length: this.units + 1 }, (_, unit) => unit);
    const ones = new Float64Array(this.units).fill(1);
    this.#parts.push({ elimination: new BackwardElimination(inverse, this.units, ones, 1), starts, factor: 1 });
  }

  /** What it costs now to remove a unit. */
  cost(unit: number): number {
    let sum = 0;
    for (const { elimination, starts, factor } of this.#parts) {
      const first = starts[unit] ?? 0;
      const count = (starts[unit + 1] ?? 0) - first;
      if (count > 0) sum += factor * elimination.cost(first, count);
    }
    return sum;
  }

  remove(unit: number): void {
    for (const { elimination, starts } of this.#parts) {
      const first = starts[unit] ?? 0;
      const count = (starts[unit + 1] ?? 0) - first;
      if (count > 0) elimination.remove(first, count);
    }
  }
}
