import { bitsOf, type Node, type ShapeTable, type Value, type Weight } from '@onnx-compress/graph';
import * as reasons from '../reasons.js';
import type { SizeEntry } from '../sizes/size-entry.js';
import { SizeTable } from '../sizes/size-table.js';
import { type Axis, axisSize, fixedAxis, isFree } from './axis.js';
import { Dependencies } from './dependencies.js';
import { Rewrites } from './rewrites.js';

/** Longest weight axis whose positions are tracked; keeps the memory of the analysis bounded. */
const MAX_AXIS_LENGTH = 1 << 22;

/** An input slot of a node. */
export interface Reader {
  readonly node: Node;
  readonly input: number;
}

/**
 * A weight and what its axes depend on. A vector that several nodes read (equal biases are often stored once) is
 * tracked for each reader apart, since a copy of it costs next to nothing; any other shared weight ties its readers.
 */
export interface TrackedWeight {
  readonly weight: Weight;
  readonly axes: readonly Axis[];
  /** The only reader these axes hold for; undefined where they hold for all. */
  readonly reader: Reader | undefined;
}

/** A weight axis along which a node computes its output channels: what criteria score. */
export interface Producer {
  readonly node: Node;
  readonly weight: Weight;
  readonly axis: number;
  /** Atoms of the weight axis, one per position. */
  readonly atoms: Int32Array;
}

/** Everything that the rules have found out about one graph. */
export class Engine {
  readonly dependencies = new Dependencies();
  readonly rewrites = new Rewrites();
  readonly sizes: SizeTable;
  readonly weights: TrackedWeight[] = [];
  readonly producers: Producer[] = [];
  /** Nodes that multiply by a weight but whose output channels cannot be removed, and why. */
  readonly unprunable = new Map<Node, string>();
  readonly #axes = new Map<Value, readonly Axis[] | undefined>();
  #unknown = 0;
  readonly #constants = new Map<Value, readonly TrackedWeight[]>();

  constructor(readonly types: ShapeTable) {
    this.sizes = new SizeTable(types, (entry, node) => this.keepOperand(entry, reasons.sizeIsRead(node)));
  }

  /** Axes of a value; undefined where its rank is unknown. Weights are tracked from their first use on. */
  axesOf(value: Value): readonly Axis[] | undefined {
    if (!this.#axes.has(value)) this.define(value, value.weight ? this.#track(value.weight) : this.#inputAxes(value));
    return this.#axes.get(value);
  }

  /** Axes of a node's input: those of the value, or of this reader's own copy of a shared vector. */
  axesAt(node: Node, input: number): readonly Axis[] | undefined {
    const value = node.input(input);
    const weight = value?.weight;
    if (weight === undefined || value === undefined || value.uses.length < 2 || !isVector(weight)) {
      return value && this.axesOf(value);
    }
    return this.#track(weight, { node, input });
  }

  /** Records the axes of a value that a node computes (or that enters the graph) and pins what must keep its length. */
  define(value: Value, axes: readonly Axis[] | undefined): void {
    this.#axes.set(value, axes);
    const inside = value.uses.some((use) => (use.kind === 'input' ? use.node.graph : use.graph) !== value.graph);
    for (const axis of axes ?? []) {
      if (inside) this.dependencies.pin(axis, reasons.captured(value.name));
      if (value.isOutput) this.dependencies.pin(axis, reasons.graphOutput(value.name));
    }
  }

  /** An axis of unknown length that equals no other: a name for its length that Reshape can recognise later. */
  unknownAxis(reason: string): Axis {
    return fixedAxis(`unknown length ${this.#unknown++}`, reason);
  }

  /** Says that `output` holds only elements of the weights behind `input`. */
  defineConstant(output: Value, input: Value): void {
    const weights = this.constantsBehind(input);
    if (weights.length > 0) this.#constants.set(output, weights);
  }

  /** The weights whose elements a value holds, as they are or regrouped; empty for anything computed. */
  constantsBehind(value: Value): readonly TrackedWeight[] {
    return this.#constants.get(value) ?? [];
  }

  /** Makes an operand element follow the length of an axis, or, where that is impossible, pins both. */
  follow(entry: SizeEntry, axis: Axis, reason: string): void {
    const { dependencies } = this;
    if (entry.value !== undefined && entry.value !== axisSize(axis)) {
      dependencies.pin(axis, reason);
      this.freeze(entry, reason);
    } else if (entry.site !== undefined) {
      const earlier = this.rewrites.length(entry, axis);
      if (earlier !== undefined) dependencies.unify(earlier, axis);
    } else if (entry.axis !== undefined && axisSize(entry.axis) === axisSize(axis)) {
      dependencies.unify(entry.axis, axis);
    } else {
      dependencies.pin(axis, reason);
      for (const source of entry.sources) dependencies.pin(source, reason);
    }
  }

  /** Pins every axis that the entry was computed from, and keeps its operand as it is. */
  freeze(entry: SizeEntry, reason: string): void {
    for (const source of entry.sources) this.dependencies.pin(source, reason);
    this.keepOperand(entry, reason);
  }

  /** Forbids writing another number in the entry's place. */
  keepOperand(entry: SizeEntry, reason: string): void {
    if (entry.site !== undefined) this.follow(entry, fixedAxis(entry.value, reason), reason);
  }

  /** All axes that any value or weight has. */
  *allAxes(): Iterable<Axis> {
    for (const axes of this.#axes.values()) for (const axis of axes ?? []) if (isFree(axis)) yield axis;
  }

  #track(weight: Weight, reader?: Reader): readonly Axis[] {
    const { dims, dataType } = weight.tensor;
    const packed = dataType === 'string' || bitsOf(dataType) < 8;
    const reason = packed ? reasons.packedWeight(weight.name) : reasons.longWeight(weight.name);
    const axes = dims.map((size) =>
      packed || size > MAX_AXIS_LENGTH ? fixedAxis(size, reason) : this.dependencies.fresh(size),
    );
    const tracked = { weight, axes, reader };
    this.weights.push(tracked);
    if (reader === undefined) this.#constants.set(weight.value, [tracked]);
    return axes;
  }

  #inputAxes(value: Value): readonly Axis[] | undefined {
    const reason = reasons.graphInput(value.name);
    return this.types
      .get(value)
      ?.dims?.map((dim) => (dim === undefined ? this.unknownAxis(reason) : fixedAxis(dim, reason)));
  }
}

/** True where all but one axis have length 1. */
function isVector({ tensor }: Weight): boolean {
  return tensor.dims.filter((size) => size !== 1).length <= 1;
}
