import type { onnx } from '#schema';
import { GraphError } from '../error.js';
import { present } from '../present.js';
import type { Tensor } from '../tensor/tensor.js';
import { protoOf } from './encoded-tensor.js';
import { declarations, type GraphBody, inputNames, outputNames } from './graph-body.js';
import type { Model } from './model.js';
import { Node, type NodeSpec } from './node.js';
import { nodeProto } from './node-proto.js';
import { type Definition, type Use, Value } from './value.js';
import { typeOf, type ValueType, valueInfo } from './value-type.js';
import { duplicateName, InitializerWeight, SparseWeight, type Weight } from './weight.js';

/** The node attribute that holds a subgraph. */
export interface GraphOwner {
  readonly node: Node;
  readonly attribute: string;
}

/** Where a node is put. */
export type Position = { readonly before: Node } | { readonly after: Node } | 'start' | 'end';

/**
 * One scope: the main graph, the body of an If, Loop or Scan, or a model-local function. Views over the decoded
 * messages, with a use-def index that every edit keeps right.
 */
export class Graph {
  readonly #values = new Map<string, Value>();
  readonly #duplicates: string[] = [];
  #nodes: Node[] = [];
  #declared: ReadonlyMap<string, onnx.ValueInfoProto> | undefined;
  /** @internal Files may hold nodes out of order, which onnxruntime accepts; those are not held to order later. */
  readonly sortedAtRead: boolean;

  constructor(
    readonly model: Model,
    /** @internal */
    readonly body: GraphBody,
    readonly owner?: GraphOwner,
  ) {
    this.#defineInputs();
    this.#defineInitializers();
    this.#nodes = body.proto.node.map((proto) => this.#view(proto));
    this.#connect();
    this.sortedAtRead = this.firstUnsorted() === undefined;
  }

  get kind(): 'main' | 'subgraph' | 'function' {
    return this.body.kind;
  }

  get name(): string {
    return this.body.proto.name;
  }

  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /** The inputs a caller feeds; initializers that IR version 3 lists as inputs are not among them. */
  get inputs(): readonly Value[] {
    return inputNames(this.body)
      .map((name) => present(this.#values.get(name), `input ${name}`))
      .filter((value) => value.isInput);
  }

  get outputs(): readonly Value[] {
    return outputNames(this.body).map((name) => present(this.value(name), `output ${name}`));
  }

  /** The value of this name as seen from this scope: its own, or one of an enclosing scope. */
  value(name: string): Value | undefined {
    return this.#values.get(name) ?? this.owner?.node.graph.value(name);
  }

  /** The values that this scope defines. */
  values(): Iterable<Value> {
    return this.#values.values();
  }

  /** The constants that this scope holds. */
  *weights(): Iterable<Weight> {
    for (const value of this.#values.values()) if (value.weight) yield value.weight;
  }

  /** @internal Names defined twice in the file, which `validate` reports. */
  get duplicates(): readonly string[] {
    return this.#duplicates;
  }

  /** @internal */
  declaredType(name: string): ValueType | undefined {
    this.#declared ??= new Map(declarations(this.body).map((info) => [info.name, info]));
    const info = this.#declared.get(name);
    return info && typeOf(info);
  }

  /** A name like `base` that nothing in the model has yet. */
  uniqueName(base: string): string {
    return this.model.uniqueName(base);
  }

  /**
   * Adds a node.
   *
   * @throws GraphError NAME_TAKEN when an output is already defined, UNDEFINED_VALUE when an input is not
   */
  addNode(spec: NodeSpec, position: Position = 'end'): Node {
    for (const name of spec.outputs) if (name && this.value(name)?.definition) throw duplicateName(name);
    for (const name of spec.inputs) if (name && !this.value(name)) throw undefinedValue(name, spec.opType);
    const proto = nodeProto(spec, spec.name ?? this.model.uniqueNodeName(spec.outputs[0] || spec.opType));
    const node = this.#view(proto);
    const index = this.#indexOf(position);
    this.body.proto.node.splice(index, 0, proto);
    this.#nodes.splice(index, 0, node);
    node.connectInputs();
    return node;
  }

  /**
   * Takes a node out, with the declared types of its outputs.
   *
   * @throws GraphError STILL_USED when something reads one of its outputs
   */
  removeNode(node: Node): void {
    this.removeNodes([node]);
  }

  /**
   * Takes nodes out in the given order, each as `removeNode` does, at the cost of one pass over the graph.
   *
   * @throws GraphError STILL_USED, after the nodes before the offending one were taken out
   */
  removeNodes(nodes: Iterable<Node>): void {
    const removed = new Set<Node>();
    try {
      for (const node of nodes) {
        this.#assertUnused(node);
        this.model.release(node);
        removed.add(node);
      }
    } finally {
      this.#nodes = this.#nodes.filter((node) => !removed.has(node));
      this.body.proto.node = this.#nodes.map((node) => node.proto);
    }
  }

  /** @internal Detaches a node and all it holds from the index. */
  disconnect(node: Node): void {
    for (const { graph } of node.subgraphs()) for (const inner of graph.nodes) graph.disconnect(inner);
    node.disconnectInputs();
    for (const name of node.outputs) {
      if (!name) continue;
      this.#values.delete(name);
      this.#forgetDeclared(name);
    }
  }

  /**
   * Adds a constant: an initializer, listed as an input too where the IR version asks for it; in functions, which
   * have no initializers, a Constant node.
   *
   * @throws GraphError NAME_TAKEN
   */
  addWeight(name: string, tensor: Tensor): Weight {
    if (this.value(name)?.definition) throw duplicateName(name);
    if (this.body.kind === 'function') {
      const constant = { opType: 'Constant', inputs: [], outputs: [name], attributes: { value: { tensor } } };
      return present(this.addNode(constant, 'start').constant, 'weight of a Constant node');
    }
    const proto = protoOf(tensor, name);
    this.body.proto.initializer.push(proto);
    if (this.kind === 'main' && this.model.irVersion < 4) this.body.proto.input.push(valueInfo(name, tensor));
    const weight = new InitializerWeight(this, this.body.proto, proto);
    this.#define(name, { kind: 'initializer', weight });
    return weight;
  }

  /**
   * Takes a constant out of the file.
   *
   * @throws GraphError STILL_USED
   */
  removeWeight(weight: Weight): void {
    if (weight.value.uses.length > 0) throw stillUsed(weight.name, weight.name);
    weight.erase();
    this.#values.delete(weight.name);
    this.#forgetDeclared(weight.name);
  }

  /**
   * Adds an input after the existing ones.
   *
   * @throws GraphError NAME_TAKEN; UNSUPPORTED_SCOPE in a function
   */
  addInput(name: string, type: Partial<ValueType>): Value {
    if (this.value(name)?.definition) throw duplicateName(name);
    if (this.body.kind === 'function') throw noSignatureChange(this.name);
    this.body.proto.input.push(valueInfo(name, type));
    this.#declared = undefined;
    this.#define(name, { kind: 'input' });
    return present(this.#values.get(name), name);
  }

  /**
   * Takes an input out of the signature.
   *
   * @throws GraphError STILL_USED when something reads it; UNSUPPORTED_SCOPE in a function
   */
  removeInput(input: Value): void {
    if (this.body.kind === 'function') throw noSignatureChange(this.name);
    if (input.uses.length > 0) throw stillUsed(input.name, input.name);
    this.body.proto.input = this.body.proto.input.filter((info) => info.name !== input.name);
    this.#values.delete(input.name);
    this.#declared = undefined;
  }

  /**
   * Declares another type for an input, for instance with sizes in place of symbols.
   *
   * @throws GraphError UNSUPPORTED_SCOPE in a function
   */
  setInputType(input: Value, type: ValueType): void {
    if (this.body.kind === 'function') throw noSignatureChange(this.name);
    this.body.proto.input = this.body.proto.input.map((info) =>
      info.name === input.name ? valueInfo(input.name, type) : info,
    );
    this.#declared = undefined;
  }

  /**
   * Adds an output after the existing ones; without a type, the runtime finds it out.
   *
   * @throws GraphError UNSUPPORTED_SCOPE in a function
   */
  addOutput(value: Value, type: Partial<ValueType> = {}): void {
    if (this.body.kind === 'function') throw noSignatureChange(this.name);
    const index = this.body.proto.output.push(valueInfo(value.name, type)) - 1;
    this.#declared = undefined;
    value.attach({ kind: 'output', graph: this, index });
  }

  /**
   * Makes these values the outputs, in this order, and no others; the runtime finds out their types.
   *
   * @throws GraphError UNSUPPORTED_SCOPE in a function
   */
  setOutputs(values: readonly Value[]): void {
    if (this.body.kind === 'function') throw noSignatureChange(this.name);
    for (const output of this.outputs) {
      for (const use of output.uses) if (use.kind === 'output' && use.graph === this) output.detach(use);
    }
    this.body.proto.output = [];
    for (const value of values) this.addOutput(value);
  }

  /** Makes a constant an input of the graph, with the type it had. */
  turnIntoInput(weight: Weight): Value {
    const { name, value, tensor } = weight;
    const { producer } = value;
    if (producer) producer.setOutput(0, this.uniqueName(name));
    value.define(undefined);
    if (producer) this.removeNode(producer);
    else weight.erase();
    return this.addInput(name, tensor);
  }

  /**
   * Connects every node input that reads `from` to `to`, inside nested subgraphs too. Graph outputs stay as they are,
   * since their names are the signature of the graph.
   */
  replaceUses(from: Value, to: Value): void {
    for (const use of [...from.uses]) if (use.kind === 'input') use.node.setInput(use.index, to);
  }

  /** @internal */
  attachInput(node: Node, index: number): Use | undefined {
    const name = node.proto.input[index];
    if (!name) return undefined;
    const use: Use = { kind: 'input', node, index };
    this.#resolve(name).attach(use);
    return use;
  }

  /** @internal */
  redefine(node: Node, index: number, name: string): void {
    if (name && this.value(name)?.definition) throw duplicateName(name);
    const old = node.output(index);
    old?.define(undefined);
    if (old && old.uses.length === 0) this.#values.delete(old.name);
    node.proto.output[index] = name;
    if (name) this.#define(name, { kind: 'node', node, index });
  }

  /** @internal Removes the declared types of intermediates for which `stale` holds. */
  dropDeclared(stale: (name: string) => boolean): void {
    this.body.proto.valueInfo = this.body.proto.valueInfo.filter((info) => !stale(info.name));
    this.#declared = undefined;
  }

  /** @internal The first node that reads a value of this scope which a later node defines. */
  firstUnsorted(): Node | undefined {
    const position = new Map(this.#nodes.map((node, index) => [node, index]));
    return this.#nodes.find((node, index) =>
      node.inputs.some((name) => {
        const producer = name ? this.#values.get(name)?.producer : undefined;
        return producer !== undefined && (position.get(producer) ?? 0) >= index;
      }),
    );
  }

  #assertUnused(node: Node): void {
    for (const index of node.outputs.keys()) {
      const value = node.output(index);
      if (value && value.uses.length > 0) throw stillUsed(value.name, node.label);
    }
  }

  #view(proto: onnx.NodeProto): Node {
    const node = new Node(this, proto, this.model.labelOf(proto));
    for (const [index, name] of proto.output.entries()) if (name) this.#define(name, { kind: 'node', node, index });
    return node;
  }

  #define(name: string, definition: Definition): void {
    const value = this.#values.get(name) ?? new Value(name, this);
    if (value.definition) this.#duplicates.push(name);
    value.define(definition);
    this.#values.set(name, value);
    this.model.reserve(name);
  }

  #defineInputs(): void {
    const held = new Set(this.body.kind === 'function' ? [] : this.body.proto.initializer.map((proto) => proto.name));
    for (const name of inputNames(this.body)) if (!held.has(name)) this.#define(name, { kind: 'input' });
  }

  #defineInitializers(): void {
    if (this.body.kind === 'function') return;
    const { proto } = this.body;
    for (const tensor of proto.initializer) {
      this.#define(tensor.name, { kind: 'initializer', weight: new InitializerWeight(this, proto, tensor) });
    }
    for (const sparse of proto.sparseInitializer) {
      const weight = new SparseWeight(this, proto, sparse);
      this.#define(weight.name, { kind: 'initializer', weight });
    }
  }

  #connect(): void {
    for (const node of this.#nodes) node.connectInputs();
    for (const node of this.#nodes) node.adoptSubgraphs(this.#subgraphsOf(node));
    for (const [index, name] of outputNames(this.body).entries()) {
      this.#resolve(name).attach({ kind: 'output', graph: this, index });
    }
  }

  #subgraphsOf(node: Node): readonly { readonly attribute: string; readonly graph: Graph }[] {
    return node.proto.attribute.flatMap((attribute) => {
      const protos = attribute.g ? [attribute.g, ...attribute.graphs] : attribute.graphs;
      const owner = { node, attribute: attribute.name };
      return protos.map((proto) => ({
        attribute: attribute.name,
        graph: new Graph(this.model, { kind: 'subgraph', proto }, owner),
      }));
    });
  }

  /** The value of a name; one that nothing defines dangles in this scope. */
  #resolve(name: string): Value {
    const known = this.value(name);
    if (known) return known;
    const dangling = new Value(name, this);
    this.#values.set(name, dangling);
    return dangling;
  }

  #indexOf(position: Position): number {
    if (position === 'start') return 0;
    if (position === 'end') return this.#nodes.length;
    return 'before' in position ? this.#nodes.indexOf(position.before) : this.#nodes.indexOf(position.after) + 1;
  }

  #forgetDeclared(name: string): void {
    if (this.body.proto.valueInfo.some((info) => info.name === name)) this.dropDeclared((other) => other === name);
  }
}

function stillUsed(name: string, label: string): GraphError {
  return new GraphError('STILL_USED', `"${name}" is still used and cannot be removed with "${label}"`, { node: label });
}

function noSignatureChange(name: string): GraphError {
  return new GraphError('UNSUPPORTED_SCOPE', `inputs and outputs of function "${name}" cannot be changed`);
}

function undefinedValue(name: string, opType: string): GraphError {
  const text = `a new ${opType} node reads "${name}", which nothing defines`;
  return new GraphError('UNDEFINED_VALUE', text, { tensor: name });
}
