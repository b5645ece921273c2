import { present, type Value } from '@onnx-compress/graph';
import type { Layout } from '../targets/target-table.js';
import type { KernelTimes } from './kernel-times.js';
import { FlowNetwork } from './minimum-cut.js';
import { mayEndInFloat, producerOf, readersOf, type Unit, type Units } from './unit.js';

/** How much of reordering falls to a float kernel of this layout. */
const REORDERED: Readonly<Record<Layout, number>> = { blocked: 1, any: 0.5, plain: 0 };

/** What decides the sides of units. */
interface SideChoice {
  readonly units: Units;
  /** Units that could run on integers; all others cannot. */
  readonly candidates: ReadonlySet<Unit>;
  /** Candidates that have to be on the same side, such as layers that share a weight. */
  readonly together: readonly (readonly Unit[])[];
  /** How many times the float time of a layer counts. */
  readonly preference: number;
}

/**
 * Chooses the side of each unit so that all kernels and all borders take the least time together: a minimum cut, in
 * which the integer side is that of the source. A value passes a border once for all its readers on the other side.
 *
 * @returns the units on the integer side; where both sides cost the same, the fewest.
 */
export function integerSide(choice: SideChoice, times: KernelTimes): ReadonlySet<Unit> {
  return new RegionNetwork(choice, times).solve();
}

class RegionNetwork {
  readonly #network = new FlowNetwork();
  readonly #source = this.#network.addVertex();
  /** Also stands for everything that is float anyway. */
  readonly #sink = this.#network.addVertex();
  readonly #vertices: ReadonlyMap<Unit, number>;

  constructor(
    private readonly choice: SideChoice,
    private readonly times: KernelTimes,
  ) {
    this.#vertices = new Map([...choice.candidates].map((unit) => [unit, this.#network.addVertex()]));
  }

  solve(): ReadonlySet<Unit> {
    for (const unit of this.choice.candidates) this.#addUnit(unit);
    for (const value of this.#values()) this.#addValue(value);
    for (const group of this.choice.together) this.#tie(group);
    const side = this.#network.sourceSide(this.#source, this.#sink);
    return new Set([...this.choice.candidates].filter((unit) => side.has(this.#vertexOf(unit))));
  }

  #vertexOf(unit: Unit | undefined): number {
    return (unit && this.#vertices.get(unit)) ?? this.#sink;
  }

  #isFloat(unit: Unit | undefined): boolean {
    return this.#vertexOf(unit) === this.#sink;
  }

  #addUnit(unit: Unit): void {
    const { float, integer } = this.times.of(unit);
    const weight = unit.layer === undefined ? 1 : this.choice.preference;
    this.#network.addArc(this.#source, this.#vertexOf(unit), float * weight + this.#reordering(unit));
    this.#network.addArc(this.#vertexOf(unit), this.#sink, integer);
    if (this.#alone(unit) === 0) return;
    for (const value of unit.inputs) {
      this.#network.addArc(this.#vertexOf(unit), this.#vertexOf(producerOf(value, this.choice.units)), Infinity);
    }
  }

  /** What the integer kernel of a unit takes per element where its input is float. */
  #alone(unit: Unit | undefined): number {
    return (unit && this.times.table.operators[unit.node.opType]?.integerAlone) ?? 0;
  }

  /** What a float kernel with the blocked layout costs beside neighbours that are float and plain in any case. */
  #reordering(unit: Unit): number {
    const { units } = this.choice;
    const isPlain = (other: Unit | undefined, side: 'input' | 'output') =>
      this.#isFloat(other) && (other === undefined || this.times.layout(other, side) === 'plain');
    const reads = unit.inputs.filter((value) => isPlain(producerOf(value, units), 'output'));
    const gives = unit.outputs.filter((value) => readersOf(value, units).some((reader) => isPlain(reader, 'input')));
    const { reorder } = this.times.table.border;
    const time = (values: readonly Value[], side: 'input' | 'output') =>
      this.times.layout(unit, side) === 'blocked'
        ? values.reduce((sum, value) => sum + this.times.passing(value, reorder), 0)
        : 0;
    return time(reads, 'input') + time(gives, 'output');
  }

  /** All that candidates read or give. */
  #values(): ReadonlySet<Value> {
    return new Set([...this.choice.candidates].flatMap(({ inputs, outputs }) => [...inputs, ...outputs]));
  }

  #addValue(value: Value): void {
    const producer = producerOf(value, this.choice.units);
    const readers = readersOf(value, this.choice.units);
    this.#addQuantization(value, producer, readers);
    if (producer !== undefined && !this.#isFloat(producer)) this.#addDequantization(value, producer, readers);
  }

  #addQuantization(value: Value, producer: Unit | undefined, readers: readonly (Unit | undefined)[]): void {
    const { quantize, transpose, reorder } = this.times.table.border;
    const candidates = readers.filter((reader) => reader !== undefined).filter((reader) => !this.#isFloat(reader));
    if (candidates.length === 0) return;
    const isTransposed = candidates.some((reader) => this.times.isSpatial(reader));
    const reordered = producer === undefined ? 0 : REORDERED[this.times.layout(producer, 'output')];
    const perElement = quantize + (isTransposed ? transpose : 0) + reordered * reorder;
    const border = this.#network.addVertex();
    const alone = (producer?.inputs ?? []).reduce(
      (sum, read) => sum + this.times.passing(read, this.#alone(producer)),
      0,
    );
    this.#network.addArc(border, this.#vertexOf(producer), this.times.passing(value, perElement) + alone);
    for (const reader of candidates) this.#network.addArc(this.#vertexOf(reader), border, Infinity);
  }

  #addDequantization(value: Value, producer: Unit, readers: readonly (Unit | undefined)[]): void {
    if (mayEndInFloat(producer)) return;
    const { dequantize, transpose, reorder } = this.times.table.border;
    const perElement = dequantize + (this.times.isSpatial(producer) ? transpose : 0);
    this.#addBehind(producer, readers, this.times.passing(value, perElement));
    for (const least of [REORDERED.any, REORDERED.blocked]) {
      const reordering = readers.filter((reader) => reader && REORDERED[this.times.layout(reader, 'input')] >= least);
      this.#addBehind(producer, reordering, this.times.passing(value, reorder / 2));
    }
  }

  /** Costs once where the producer is on the integer side and any of these readers is not. */
  #addBehind(producer: Unit, readers: readonly (Unit | undefined)[], time: number): void {
    if (readers.length === 0 || time === 0) return;
    const border = this.#network.addVertex();
    this.#network.addArc(this.#vertexOf(producer), border, time);
    for (const reader of new Set(readers)) this.#network.addArc(border, this.#vertexOf(reader), Infinity);
  }

  #tie(group: readonly Unit[]): void {
    const [first, ...others] = group.map((unit) => this.#vertexOf(unit));
    for (const other of others) {
      this.#network.addArc(present(first, 'unit'), other, Infinity);
      this.#network.addArc(other, present(first, 'unit'), Infinity);
    }
  }
}
