import { bitsOf, type Graph, type Node, type ShapeTable, type Value, type Weight } from '@onnx-compress/graph';
import * as reasons from '../reasons.js';
import type { SizeEntry } from '../sizes/size-entry.js';
import { SizeTable } from '../sizes/size-table.js';
import { type Axis, axisDim, axisSize, fixedAxis, isFree } from './axis.js';
import { Dependencies } from './dependencies.js';
import { Rewrites } from './rewrites.js';
import type { SplitChoices } from './split-sites.js';

/** Longest weight axis whose positions are tracked; keeps the memory of the analysis bounded. */
export const MAX_AXIS_LENGTH = 1 << 22;

/** What the rules may choose. */
export interface AnalysisOptions {
  /** Which pieces of split axes stay free; by default the longest. */
  readonly splits?: SplitChoices | undefined;
  /** Whether axes that a normalization computes statistics over may shrink, which changes the statistics. */
  readonly statistics?: 'keep' | 'change' | undefined;
}

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
  /** Positions of the axis that make up one channel: 1, or the number of gates of a recurrent layer. */
  readonly gates: number;
}

/** Everything that the rules have found out about one graph. */
export class Engine {
  readonly dependencies: Dependencies;
  readonly rewrites = new Rewrites();
  readonly sizes: SizeTable;
  readonly weights: TrackedWeight[] = [];
  readonly producers: Producer[] = [];
  /** Nodes that multiply by a weight but whose output channels cannot be removed, and why. */
  readonly unprunable = new Map<Node, string>();
  /** Axes that nodes compute statistics over although their positions may go. */
  readonly statistics = new Map<Node, readonly Axis[]>();
  /** Bodies of If, Loop and Scan that rules have gone through. */
  readonly bodies = new Set<Graph>();
  readonly #axes = new Map<Value, readonly Axis[] | undefined>();
  #unknown = 0;
  readonly #constants = new Map<Value, readonly TrackedWeight[]>();
  readonly #copies = new Map<Node, readonly TrackedWeight[]>();

  constructor(
    readonly types: ShapeTable,
    readonly options: AnalysisOptions = {},
  ) {
    this.dependencies = new Dependencies(options.splits);
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
    if (value.graph.kind !== 'main' || !value.isOutput) return;
    for (const axis of axes ?? []) this.dependencies.pin(axis, reasons.graphOutput(value.name));
  }

  /** An axis of unknown length that equals no other: a name for its length that Reshape can recognise later. */
  unknownAxis(reason: string): Axis {
    return fixedAxis(`unknown length ${this.#unknown++}`, reason);
  }

  /** Says that the output of a node holds only elements of the weights behind one of its inputs. */
  defineConstant(output: Value, node: Node, input: number): void {
    const weights = this.constantsAt(node, input);
    if (weights.length > 0) this.#constants.set(output, weights);
  }

  /** The weights whose elements a value holds, as they are or regrouped; empty for anything computed. */
  constantsBehind(value: Value): readonly TrackedWeight[] {
    return this.#constants.get(value) ?? [];
  }

  /** The weights behind an input of a node, its own copy where it reads a shared vector. */
  constantsAt(node: Node, input: number): readonly TrackedWeight[] {
    const copies = this.#copies.get(node)?.filter(({ reader }) => reader?.input === input) ?? [];
    const value = node.input(input);
    return copies.length > 0 || value === undefined ? copies : this.constantsBehind(value);
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
    } else if (!this.#followFactors(entry, axis, reason)) {
      dependencies.pin(axis, reason);
      this.freeze(entry, reason);
    }
  }

  /** Makes one factor of a product follow its part of an axis, where the others are lengths that stay: batch x heads. */
  #followFactors({ factors = [] }: SizeEntry, axis: Axis, reason: string): boolean {
    const [first, ...rest] = axis;
    if (first === undefined || first.atoms !== undefined || factors.length !== 2) return false;
    const written = factors.find(({ site, value }) => site !== undefined && value === axisSize(rest));
    const kept = factors.find((factor) => factor !== written);
    if (written === undefined || kept?.axis === undefined || axisDim(kept.axis) !== first.size) return false;
    this.rewrites.keep([written]);
    this.follow(written, rest, reason);
    return true;
  }

  /** Pins every axis that the entry was computed from, and keeps its operand as it is. */
  freeze(entry: SizeEntry, reason: string): void {
    for (const source of entry.sources) this.dependencies.pin(source, reason);
    this.keepOperand(entry, reason);
    for (const factor of entry.factors ?? []) this.keepOperand(factor, reason);
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
    else this.#copies.set(reader.node, [...(this.#copies.get(reader.node) ?? []), tracked]);
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
