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

  unify(left: Axis, right: Axis): void {
    this.dependencies.unify(left, right);
  }

  pin(axis: Axis | undefined, reason: string): void {
    if (axis !== undefined) this.dependencies.pin(axis, reason);
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

  rewriteAttribute(name: string, after: (survivors: Survivors) => AttributeValue | undefined): void {
    this.engine.rewrites.attribute(this.node, name, after);
  }

  /** True where the operand holds constants of the model. */
  isConstant(input: number): boolean {
    const value = this.node.input(input);
    return value !== undefined && this.engine.constantsBehind(value).length > 0;
  }

  /** Marks the output as holding the elements of a constant input in another arrangement. */
  keepsElementsOf(input: number): void {
    const [source, output] = [this.node.input(input), this.node.output(0)];
    if (source !== undefined && output !== undefined) this.engine.defineConstant(output, source);
  }

  /** Declares that the node computes its output channels along `axis` of a weight operand. */
  produces(input: number, axis: Axis): void {
    const { node, engine } = this;
    const value = node.input(input);
    const weights = value === undefined ? [] : engine.constantsBehind(value);
    if (!isFree(axis)) engine.unprunable.set(node, weights.length > 0 ? fixedReason(axis) : reasons.notWeighted());
    for (const { weight, axes } of weights) {
      const position = axes.findIndex((own) =>
        own.some((factor) => factor.atoms !== undefined && axis.includes(factor)),
      );
      const atoms = axes[position]?.[0]?.atoms;
      if (atoms !== undefined) engine.producers.push({ node, weight, axis: position, atoms });
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
