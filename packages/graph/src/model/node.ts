import type { onnx } from '#schema';
import type { Tensor } from '../tensor/tensor.js';
import { Attributes, type AttributeValue } from './attributes.js';
import { isConstantNode } from './constant-node.js';
import type { Graph } from './graph.js';
import type { Use, Value } from './value.js';
import { ConstantWeight, type Weight } from './weight.js';

/** A node to add: names of values, '' for an absent optional input or output. */
export interface NodeSpec {
  readonly opType: string;
  /** Operator domain; '' and absent mean ai.onnx. */
  readonly domain?: string | undefined;
  /** Taken from the first output when absent. */
  readonly name?: string | undefined;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>> | undefined;
}

/** A subgraph that a node holds in an attribute. */
export interface Subgraph {
  readonly attribute: string;
  readonly graph: Graph;
}

/** One operator call. Edits keep the use-def index of its graph right. */
export class Node {
  readonly #attributes: Attributes;
  #constant: Weight | undefined;
  #subgraphs: readonly Subgraph[] = [];
  /** The entries of this node in the use lists of its inputs, by slot. */
  #uses: (Use | undefined)[] = [];

  constructor(
    readonly graph: Graph,
    /** @internal */
    readonly proto: onnx.NodeProto,
    /** Its name, or `OpType#index` as counted in the file that was read; stays the same while the model is edited. */
    readonly label: string,
  ) {
    this.#attributes = new Attributes(proto, () => label);
    if (isConstantNode(proto)) this.#constant = new ConstantWeight(this, proto);
  }

  get name(): string {
    return this.proto.name;
  }

  get opType(): string {
    return this.proto.opType;
  }

  /** Operator domain, '' for the standard one. */
  get domain(): string {
    return this.proto.domain === 'ai.onnx' ? '' : this.proto.domain;
  }

  get inputs(): readonly string[] {
    return this.proto.input;
  }

  get outputs(): readonly string[] {
    return this.proto.output;
  }

  /** The weight this node holds, for Constant nodes. */
  get constant(): Weight | undefined {
    return this.#constant;
  }

  input(index: number): Value | undefined {
    const name = this.proto.input[index];
    return name ? this.graph.value(name) : undefined;
  }

  output(index: number): Value | undefined {
    const name = this.proto.output[index];
    return name ? this.graph.value(name) : undefined;
  }

  /** Connects an input slot to a value; '' leaves it absent. Slots before it that do not exist become absent. */
  setInput(index: number, value: Value | string): void {
    while (this.proto.input.length <= index) this.proto.input.push('');
    this.#disconnect(index);
    this.proto.input[index] = typeof value === 'string' ? value : value.name;
    this.#uses[index] = this.graph.attachInput(this, index);
  }

  /** Replaces all inputs. */
  setInputs(names: readonly string[]): void {
    this.disconnectInputs();
    this.proto.input = [...names];
    this.connectInputs();
  }

  /** @internal */
  connectInputs(): void {
    this.#uses = this.proto.input.map((_name, index) => this.graph.attachInput(this, index));
  }

  /** @internal */
  disconnectInputs(): void {
    for (const index of this.proto.input.keys()) this.#disconnect(index);
  }

  /**
   * Makes an output define another name. Uses of the old name stay with the old name, which dangles until another
   * node defines it: this is how a node is put between a producer and all its consumers.
   *
   * @throws GraphError NAME_TAKEN when something else defines the name
   */
  setOutput(index: number, name: string): void {
    this.graph.redefine(this, index, name);
  }

  /** Turns the node into another operator; inputs and attributes are left to the caller. */
  setOp(opType: string, domain = ''): void {
    this.proto.opType = opType;
    if (domain !== this.domain) this.proto.domain = domain;
  }

  attributeNames(): readonly string[] {
    return this.#attributes.names();
  }

  hasAttribute(name: string): boolean {
    return this.#attributes.find(name) !== undefined;
  }

  setAttribute(name: string, value: AttributeValue): void {
    this.#attributes.set(name, value);
  }

  removeAttribute(name: string): void {
    this.#attributes.remove(name);
  }

  int(name: string): number | undefined;
  int(name: string, fallback: number): number;
  int(name: string, fallback?: number): number | undefined {
    return this.#attributes.int(name) ?? fallback;
  }

  ints(name: string): readonly number[] | undefined {
    return this.#attributes.ints(name);
  }

  float(name: string): number | undefined;
  float(name: string, fallback: number): number;
  float(name: string, fallback?: number): number | undefined {
    return this.#attributes.float(name) ?? fallback;
  }

  floats(name: string): readonly number[] | undefined {
    return this.#attributes.floats(name);
  }

  string(name: string): string | undefined;
  string(name: string, fallback: string): string;
  string(name: string, fallback?: string): string | undefined {
    return this.#attributes.string(name) ?? fallback;
  }

  strings(name: string): readonly string[] | undefined {
    return this.#attributes.strings(name);
  }

  tensor(name: string): Tensor | undefined {
    return this.#attributes.tensor(name);
  }

  /** The subgraph in this attribute, for If, Loop and Scan. */
  graphOf(name: string): Graph | undefined {
    return this.#subgraphs.find((subgraph) => subgraph.attribute === name)?.graph;
  }

  subgraphs(): readonly Subgraph[] {
    return this.#subgraphs;
  }

  /** @internal Called once, when all values of the enclosing scope are known. */
  adoptSubgraphs(subgraphs: readonly Subgraph[]): void {
    this.#subgraphs = subgraphs;
  }

  #disconnect(index: number): void {
    const use = this.#uses[index];
    if (use) this.input(index)?.detach(use);
    this.#uses[index] = undefined;
  }
}
