import type { Value } from '@onnx-compress/graph';
import { type Axis, axisSize } from '../axes/axis.js';
import type { Engine } from '../axes/engine.js';

/** Representative atoms of units. */
export type Units = ReadonlySet<number>;

export const NO_UNITS: Units = new Set();

/** Says where the units lie that a search is about. */
export class UnitPositions {
  readonly #carriedBy = new Map<Value, Units>();

  constructor(
    private readonly engine: Engine,
    private readonly candidates: Units,
  ) {}

  /** The candidates that have positions in a value. */
  carriedBy(value: Value): Units {
    const known = this.#carriedBy.get(value) ?? this.on(this.engine.axesOf(value) ?? []);
    this.#carriedBy.set(value, known);
    return known;
  }

  /** The candidates that have positions on some axes. */
  on(axes: readonly Axis[]): Units {
    const units = new Set<number>();
    for (const axis of axes) {
      for (const { atoms } of axis) for (const atom of atoms ?? []) units.add(this.unitOf(atom));
    }
    return new Set([...units].filter((unit) => this.candidates.has(unit)));
  }

  /** Positions among atoms that belong to a unit. */
  among(atoms: Int32Array, unit: number): readonly number[] {
    return [...atoms.keys()].filter((position) => this.unitOf(atoms[position] ?? -1) === unit);
  }

  /** Positions on an axis by the candidate they belong to; none where the length of the axis is not known. */
  along(axis: Axis): ReadonlyMap<number, readonly number[]> {
    const positions = new Map<number, number[]>();
    const size = axisSize(axis) ?? 0;
    let inner = size;
    for (const factor of axis) {
      const length = Number(factor.size);
      inner /= length;
      for (let position = 0; factor.atoms !== undefined && position < size; position++) {
        const unit = this.unitOf(factor.atoms[Math.floor(position / inner) % length] ?? -1);
        if (this.candidates.has(unit)) positions.set(unit, [...(positions.get(unit) ?? []), position]);
      }
    }
    return positions;
  }

  /** The representative of the unit that an atom belongs to. */
  unitOf(atom: number): number {
    return this.engine.dependencies.atoms.find(atom);
  }
}
