import type { Value } from '@onnx-compress/graph';
import { readersOf, type Unit, type Units } from './unit.js';

/** Operators that average many numbers into one, which makes errors of rounding small. */
const AVERAGES: ReadonlySet<string> = new Set(['AveragePool', 'GlobalAveragePool', 'ReduceMean', 'ReduceSum']);

/** Operators that pick the largest of many numbers, whose error of rounding is then not averaged with others. */
const MAXIMA: ReadonlySet<string> = new Set(['GlobalMaxPool', 'ReduceMax']);

/** What lies between units and the outputs of their graph. */
export class Downstream {
  readonly #layers = new Map<Unit, ReadonlySet<Unit>>();
  readonly #direct = new Set<Unit>();
  readonly #picked = new Set<Unit>();

  constructor(private readonly units: Units) {
    for (const unit of units.all.toReversed()) {
      this.#layers.set(unit, this.#layersFrom(unit));
      if (this.#leadsToOutput(unit)) this.#direct.add(unit);
      if (this.#leadsToMaximum(unit)) this.#picked.add(unit);
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

  /** True where only the largest of what a unit computes is used, without another layer or a mean in between. */
  isPicked(unit: Unit): boolean {
    return this.#picked.has(unit);
  }

  #layersFrom(unit: Unit): ReadonlySet<Unit> {
    const behind = this.#readers(unit).flatMap((reader) => (reader ? [...this.layers(reader)] : []));
    return new Set(unit.layer === undefined ? behind : [unit, ...behind]);
  }

  #leadsToOutput({ outputs }: Unit): boolean {
    return outputs.some((value) => value.isOutput || this.#passesOn(value));
  }

  #leadsToMaximum(unit: Unit): boolean {
    const readers = this.#readers(unit);
    return readers.length > 0 && readers.every((reader) => reader && this.#picks(reader));
  }

  #picks(reader: Unit): boolean {
    if (MAXIMA.has(reader.node.opType)) return true;
    return reader.layer === undefined && !AVERAGES.has(reader.node.opType) && this.isPicked(reader);
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
