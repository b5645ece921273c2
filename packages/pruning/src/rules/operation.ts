import { type AttributeValue, type Dim, type Node, present } from '@onnx-compress/graph';
import { type Axis, axisDim, fixedAxis, fixedReason, isFree } from '../axes/axis.js';
import type { Dependencies } from '../axes/dependencies.js';
import type { Engine } from '../axes/engine.js';
import type { Survivors } from '../axes/rewrites.js';
import * as reasons from '../reasons.js';
import { atSite, literalEntry, type SizeEntry } from '../sizes/size-entry.js';

/** Axes of one output; undefined where the rank is unknown. */
export type Axes = readonly Axis[];

/** What an operator does to axes: unifies, pins and registers edits through `operation`, returns its outputs' axes. */
export type Rule = (operation: Operation) => readonly Axes[];

/** One node, seen by the rule of its operator. */
export class Operation {
  readonly dependencies: Dependencies;
  readonly #read = new Set<number>();
  #refusal: string | undefined;

  constructor(
    readonly node: Node,
    readonly opset: number,
    /** Axes per input; undefined for absent optional inputs. */
    readonly inputs: readonly (Axes | undefined)[],
    private readonly engine: Engine,
  ) {
    this.dependencies = engine.dependencies;
  }

  /** Axes of a required input. */
  input(index: number): Axes {
    return present(this.inputs[index], `input ${index} of ${this.node.label}`);
  }

  /** Dimensions of an output in the original model. */
  outputDims(index = 0): readonly Dim[] | undefined {
    const output = this.node.output(index);
    return output && this.engine.types.get(output)?.dims;
  }

  /** An output axis whose length never changes. */
  fixedOutput(axis: number, output = 0, reason: string = reasons.spatial(this.node)): Axis {
    const dim = this.outputDims(output)?.at(axis);
    return dim === undefined ? this.engine.unknownAxis(reason) : fixedAxis(dim, reason);
  }

  /** An axis of unknown length that equals no other. */
  unknownAxis(reason: string): Axis {
    return this.engine.unknownAxis(reason);
  }

  /** Output axes of space or time, along which the operator combines positions: those of the input stay. */
  space(data: Axes, output = 0): Axes {
    return data.slice(2).map((axis, index) => {
      this.pin(axis, reasons.spatial(this.node));
      return this.fixedOutput(index + 2, output);
    });
  }

  unify(left: Axis, right: Axis): void {
    this.dependencies.unify(left, right);
  }

  pin(axis: Axis | undefined, reason: string): void {
    if (axis !== undefined) this.dependencies.pin(axis, reason);
  }

  /** Treats axes that statistics run over: they stay, unless the options allow that their statistics change. */
  normalises(axes: readonly Axis[]): void {
    const { options, statistics } = this.engine;
    if (options.statistics === 'change') statistics.set(this.node, axes.filter(isFree));
    else for (const axis of axes) this.pin(axis, reasons.normalises(this.node));
  }

  /** Keeps every axis of every input and output as it is. */
  refuse(reason: string): readonly Axes[] {
    this.#refusal = reason;
    for (const axis of this.inputs.flatMap((axes) => axes ?? [])) this.pin(axis, reason);
    return this.node.outputs.map((_, index) => (this.outputDims(index) ?? []).map((dim) => fixedAxis(dim, reason)));
  }

  /** Why the node as a whole was refused, if it was. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  /** Axis number of an attribute, counted from the front. */
  axis(name: string, fallback: number, rank: number): number {
    const axis = this.node.int(name, fallback);
    return axis < 0 ? axis + rank : axis;
  }

  /** Integers given as an attribute in old operator versions and as an operand in new ones. */
  integers(name: string, input: number): readonly SizeEntry[] | undefined {
    const attribute = this.node.ints(name);
    if (attribute === undefined) return this.sizes(input);
    const entries = atSite(attribute.map(literalEntry), this.node, name);
    this.engine.rewrites.keep(entries);
    return entries;
  }

  /** True where an optional operand or attribute is given. */
  has(name: string, input: number): boolean {
    return this.node.hasAttribute(name) || (this.node.inputs[input] ?? '') !== '';
  }

  /** The operand as a list of sizes; undefined where it is absent or cannot be followed. */
  sizes(input: number): readonly SizeEntry[] | undefined {
    const entries = this.engine.sizes.of(this.node.input(input));
    if (entries === undefined) return undefined;
    this.#read.add(input);
    const sited = atSite(entries, this.node, input);
    this.engine.rewrites.keep(sited);
    return sited;
  }

  /** True where the rule has taken care of the sizes in this operand. */
  hasRead(input: number): boolean {
    return this.#read.has(input);
  }

  /** Makes one element of a sizes operand follow the length of `axis`. */
  follow(entry: SizeEntry, axis: Axis): void {
    this.engine.follow(entry, axis, reasons.sizeIsRead(this.node));
  }

  /** Writes one element of an operand of this node, whether or not the node has that operand yet. */
  rewriteOperand(entry: SizeEntry, count: (survivors: Survivors) => number): void {
    this.engine.rewrites.keep([entry]);
    this.engine.rewrites.element(entry, count);
  }

  /** Leaves out an optional input whose value says nothing more, once positions of `axis` go. */
  dropInput(input: number, axis: Axis): void {
    this.engine.rewrites.add({ kind: 'drop', node: this.node, input, axis });
  }

  rewriteAttribute(name: string, after: (survivors: Survivors) => AttributeValue | undefined): void {
    this.engine.rewrites.attribute(this.node, name, after);
  }

  /** Writes a list of integers in place of an operand, whether or not the node has that operand yet. */
  rewriteList(input: number, after: (survivors: Survivors) => readonly number[]): void {
    this.engine.rewrites.add({ kind: 'list', node: this.node, input, after });
  }

  /** Makes a Gather take positions of an axis of the first input, before the node or in its place. */
  rewriteAsGather(
    axis: number,
    replaces: boolean,
    after: (survivors: Survivors) => readonly number[] | undefined,
  ): void {
    this.engine.rewrites.add({ kind: 'gather', node: this.node, axis, replaces, after });
  }

  /** True where the operand holds constants of the model. */
  isConstant(input: number): boolean {
    return this.engine.constantsAt(this.node, input).length > 0;
  }

  /** Marks the output as holding the elements of a constant input in another arrangement. */
  keepsElementsOf(input: number): void {
    const output = this.node.output(0);
    if (output !== undefined) this.engine.defineConstant(output, this.node, input);
  }

  /** As `produces`, where the operand may hold numbers that are no weights, such as positions in a table. */
  producesFloats(input: number, axis: Axis): void {
    const value = this.node.input(input);
    const { dataType = '' } = (value && this.engine.types.get(value)) ?? {};
    if (isFree(axis) && /float|^u?int8$/.test(dataType)) this.produces(input, axis);
  }

  /**
   * Declares that the node computes its output channels along `axis` of a weight operand.
   *
   * @param gates positions of the axis that make up one channel
   */
  produces(input: number, axis: Axis, gates = 1): void {
    const { node, engine } = this;
    const weights = engine.constantsAt(node, input);
    if (weights.length === 0 || !isFree(axis))
      engine.unprunable.set(node, weights.length > 0 ? fixedReason(axis) : reasons.notWeighted());
    for (const { weight, axes } of weights) {
      const position = axes.findIndex((own) =>
        own.some((factor) => factor.atoms !== undefined && axis.includes(factor)),
      );
      const atoms = axes[position]?.[0]?.atoms;
      if (atoms !== undefined) engine.producers.push({ node, weight, axis: position, atoms, gates });
    }
  }

  /** Unifies axes that broadcasting lays over each other, and returns the common one. */
  broadcast(axes: readonly (Axis | undefined)[]): Axis {
    const present = axes.filter((axis) => axis !== undefined);
    const long = present.filter((axis) => axisDim(axis) !== 1);
    const common = long.find(isFree) ?? long.find((axis) => typeof axisDim(axis) === 'number') ?? long[0] ?? present[0];
    if (common === undefined) return fixedAxis(1, reasons.single());
    for (const axis of long) this.unify(common, axis);
    return common;
  }
}
