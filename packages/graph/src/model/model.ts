import { onnx } from '#schema';
import { fromInt64, toInt64 } from '../int64.js';
import { present } from '../present.js';
import type { ByteSource } from '../source/byte-source.js';
import { nodeProtos } from '../wire/proto-walk.js';
import { cloneModelProto } from './clone.js';
import { Graph } from './graph.js';
import type { Node } from './node.js';
import { problemsOf, unimportedDomains } from './validate.js';
import type { Weight } from './weight.js';

/** What a model was read from. */
export interface ModelOrigin {
  readonly sources: readonly ByteSource[];
  /** The tensors that had external data. */
  readonly externalTensors: readonly onnx.TensorProto[];
}

/** The origin of a model made in memory. */
export const NO_ORIGIN: ModelOrigin = { sources: [], externalTensors: [] };

/**
 * An ONNX model: views over its decoded messages, which stay the single source of truth, so that whatever is not
 * edited is written back byte for byte, unknown fields included. Weights stay in the file until they are read.
 *
 * @example
 * const model = await openModel('model.onnx');
 * for (const weight of model.weights()) console.log(weight.name, weight.tensor.dims);
 * await model.close();
 */
export class Model {
  /** @internal Files may leave out imports, which onnxruntime accepts; edits may not. */
  readonly unimportedAtRead: ReadonlySet<string>;
  readonly #names = new Set<string>();
  readonly #nodeNames = new Set<string>();
  #proto: onnx.ModelProto;
  #labels: WeakMap<onnx.NodeProto, string>;
  #graph: Graph;
  #functions: readonly Graph[];
  readonly #origin: ModelOrigin;
  readonly #ownsSources: boolean;

  /** @internal Labels are given for a clone, which keeps those of the file and does not own the sources. */
  constructor(proto: onnx.ModelProto, origin: ModelOrigin, labels?: WeakMap<onnx.NodeProto, string>) {
    this.#origin = origin;
    this.#ownsSources = labels === undefined;
    this.#proto = proto;
    this.#labels = labels ?? labelNodes(proto);
    [this.#graph, this.#functions] = this.#views();
    for (const node of this.nodes()) this.#nodeNames.add(node.name);
    this.unimportedAtRead = unimportedDomains(this);
  }

  /** The decoded message behind the model. */
  get proto(): onnx.ModelProto {
    return this.#proto;
  }

  get graph(): Graph {
    return this.#graph;
  }

  /** Model-local functions. */
  get functions(): readonly Graph[] {
    return this.#functions;
  }

  /**
   * Makes this model what a clone of it has become. Graphs, nodes, values and weights that were looked up in either
   * before belong to neither any more, and the clone must not be used again.
   */
  adopt(clone: Model): void {
    this.#proto = clone.#proto;
    this.#labels = clone.#labels;
    [this.#graph, this.#functions] = this.#views();
    for (const node of this.nodes()) this.#nodeNames.add(node.name);
  }

  get irVersion(): number {
    return fromInt64(this.proto.irVersion);
  }

  get opsets(): ReadonlyMap<string, number> {
    return new Map(this.proto.opsetImport.map(({ domain, version }) => [standard(domain), fromInt64(version)]));
  }

  /** The version of an operator domain that the model imports; '' is ai.onnx. */
  opset(domain = ''): number | undefined {
    return this.opsets.get(domain);
  }

  /** Sets the version that the model and its functions import; `raiseOpset` also converts the nodes. */
  setOpset(domain: string, version: number): void {
    const entry = new onnx.OperatorSetIdProto({ domain, version: toInt64(version) });
    const importsDomain = (known: onnx.OperatorSetIdProto) => standard(known.domain) === domain;
    if (!this.proto.opsetImport.some(importsDomain)) this.proto.opsetImport.push(entry);
    for (const holder of [this.proto, ...this.proto.functions]) {
      holder.opsetImport = holder.opsetImport.map((known) => (importsDomain(known) ? entry : known));
    }
  }

  /** @internal */
  setIrVersion(version: number): void {
    this.proto.irVersion = toInt64(version);
  }

  /** Every scope: the main graph, nested subgraphs, functions and theirs. */
  *walk(): Generator<Graph> {
    yield* nested(this.graph);
    for (const body of this.functions) yield* nested(body);
  }

  *nodes(): Generator<Node> {
    for (const graph of this.walk()) yield* graph.nodes;
  }

  *weights(): Generator<Weight> {
    for (const graph of this.walk()) yield* graph.weights();
  }

  /** An independent copy for edits; its untouched weights are read through this model, so close this one last. */
  clone(): Model {
    const labels = new WeakMap<onnx.NodeProto, string>();
    const proto = cloneModelProto(this.proto, (original, copy) => labels.set(copy, this.labelOf(original)));
    return new Model(proto, this.#origin, labels);
  }

  /** What is wrong with the model, one line each; nothing when it is sound. */
  validate(): readonly string[] {
    return problemsOf(this);
  }

  /** Lets go of the files behind the weights, which clones read too. Closing a clone does nothing. */
  async close(): Promise<void> {
    if (!this.#ownsSources) return;
    await Promise.all(this.#origin.sources.map((source) => source.close()));
  }

  /** @internal */
  get externalTensors(): readonly onnx.TensorProto[] {
    return this.#origin.externalTensors;
  }

  /** @internal */
  labelOf(proto: onnx.NodeProto): string {
    const label = this.#labels.get(proto) ?? (proto.name || proto.opType);
    this.#labels.set(proto, label);
    return label;
  }

  #views(): [Graph, readonly Graph[]] {
    const { proto } = this;
    const main = new Graph(this, { kind: 'main', proto: present(proto.graph, 'graph') });
    return [main, proto.functions.map((body) => new Graph(this, { kind: 'function', proto: body }))];
  }

  /** @internal */
  reserve(name: string): void {
    this.#names.add(name);
  }

  /** @internal */
  release(node: Node): void {
    this.#nodeNames.delete(node.name);
    node.graph.disconnect(node);
  }

  /** A value name like `base` that no scope of the model has yet. */
  uniqueName(base: string): string {
    return unique(base, this.#names);
  }

  /** A name for a node like `base` that no other node of the model has, now or later. */
  uniqueNodeName(base: string): string {
    const name = unique(base, this.#nodeNames);
    this.#nodeNames.add(name);
    return name;
  }
}

function* nested(graph: Graph): Generator<Graph> {
  yield graph;
  for (const node of graph.nodes) for (const subgraph of node.subgraphs()) yield* nested(subgraph.graph);
}

function standard(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}

function unique(base: string, taken: ReadonlySet<string>): string {
  if (!taken.has(base)) return base;
  let suffix = 1;
  while (taken.has(`${base}_${suffix}`)) suffix++;
  return `${base}_${suffix}`;
}

/** Labels every node: its own name, or its operator type and how many of that type came before it. */
function labelNodes(model: onnx.ModelProto): WeakMap<onnx.NodeProto, string> {
  const labels = new WeakMap<onnx.NodeProto, string>();
  const counts = new Map<string, number>();
  for (const node of nodeProtos(model)) {
    const index = counts.get(node.opType) ?? 0;
    counts.set(node.opType, index + 1);
    labels.set(node, node.name || `${node.opType}#${index}`);
  }
  return labels;
}
