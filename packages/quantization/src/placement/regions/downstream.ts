import type { Value } from '@onnx-compress/graph';
import { readersOf, type Unit, type Units } from './unit.js';

/** Operators that average many numbers into one, which makes errors of rounding small. */
const AVERAGES: ReadonlySet<string> = new Set(['AveragePool', 'GlobalAveragePool', 'ReduceMean', 'ReduceSum']);

/** What lies between units and the outputs of their graph. */
export class Downstream {
  readonly #layers = new Map<Unit, ReadonlySet<Unit>>();
  readonly #direct = new Set<Unit>();

  constructor(private readonly units: Units) {
    for (const unit of units.all.toReversed()) {
      this.#layers.set(unit, this.#layersFrom(unit));
      if (this.#leadsToOutput(unit)) this.#direct.add(unit);
    }
  }

  /** The layers that depend on a unit, itself included. */
  layers(unit: Unit): ReadonlySet<Unit> {
    return this.#layers.get(unit) ?? new Set();
  }

  /** True where what a unit computes is part of an output without another layer or a mean in between. */
  isDirect(unit: Unit): boolean {
    return this.#direct.has(unit);
  }

  #layersFrom(unit: Unit): ReadonlySet<Unit> {
    const behind = this.#readers(unit).flatMap((reader) => (reader ? [...this.layers(reader)] : []));
    return new Set(unit.layer === undefined ? behind : [unit, ...behind]);
  }

  #leadsToOutput({ outputs }: Unit): boolean {
    return outputs.some((value) => value.isOutput || this.#passesOn(value));
  }

  #passesOn(value: Value): boolean {
    return readersOf(value, this.units).some(
      (reader) => reader && reader.layer === undefined && !AVERAGES.has(reader.node.opType) && this.isDirect(reader),
    );
  }

  #readers({ outputs }: Unit): readonly (Unit | undefined)[] {
    return outputs.flatMap((value) => readersOf(value, this.units));
  }
}

/** Layers of the integer side along the longest path from a value to an output. */
export function integerDepth(units: Units, integers: ReadonlySet<Unit>): (value: Value) => number {
  const depths = new Map<Unit, number>();
  const depthBehind = (value: Value) =>
    Math.max(0, ...readersOf(value, units).map((reader) => (reader && depths.get(reader)) ?? 0));
  for (const unit of units.all.toReversed()) {
    const own = unit.layer !== undefined && integers.has(unit) ? 1 : 0;
    depths.set(unit, own + Math.max(0, ...unit.outputs.map(depthBehind)));
  }
  return depthBehind;
}
