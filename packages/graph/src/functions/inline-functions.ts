import type { onnx } from '#schema';
import { fromInt64 } from '../int64.js';
import type { Model } from '../model/model.js';
import { instantiate } from './instantiate.js';
import { Names } from './names.js';

/** A function whose calls stay calls, and why. */
export interface KeptFunction {
  readonly name: string;
  readonly reason: string;
}

/** A copy of a model with the nodes of its functions in place of their calls. */
export interface InlinedModel {
  readonly model: Model;
  /** Names of the functions of which calls were replaced. */
  readonly inlined: readonly string[];
  readonly kept: readonly KeptFunction[];
}

/** Which function a node calls, or a function is. */
function keyOf(domain: string, name: string, overload: string): string {
  return JSON.stringify([standard(domain), name, overload]);
}

function standard(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}

function versionsOf(imports: readonly onnx.OperatorSetIdProto[]): Map<string, number> {
  return new Map(imports.map(({ domain, version }) => [standard(domain), fromInt64(version)]));
}

function bodiesOf({ attribute }: onnx.NodeProto): readonly onnx.GraphProto[] {
  return attribute.flatMap(({ g, graphs }) => (g ? [g, ...graphs] : graphs));
}

function* nodesOf(nodes: readonly onnx.NodeProto[]): Iterable<onnx.NodeProto> {
  for (const node of nodes) {
    yield node;
    for (const body of bodiesOf(node)) yield* nodesOf(body.node);
  }
}

class Inliner {
  readonly kept = new Map<string, KeptFunction>();
  readonly inlined = new Set<string>();
  readonly #functions: ReadonlyMap<string, onnx.FunctionProto>;
  readonly #names: Names;
  readonly #imported: Map<string, number>;

  constructor(
    private readonly proto: onnx.ModelProto,
    private readonly labelOf: (node: onnx.NodeProto) => string,
  ) {
    this.#functions = new Map(proto.functions.map((body) => [keyOf(body.domain, body.name, body.overload), body]));
    this.#names = new Names(proto);
    this.#imported = versionsOf(proto.opsetImport);
    for (const [key, body] of this.#functions) {
      const reason = this.#calls(body, key) ? 'it calls itself' : this.#opsetConflict(body);
      if (reason !== undefined) this.kept.set(key, { name: body.name, reason });
    }
  }

  run(): void {
    const { proto } = this;
    if (proto.graph) this.#inlineIn(proto.graph);
    const called = this.#stillCalled();
    proto.functions = proto.functions.filter((body) => called.has(keyOf(body.domain, body.name, body.overload)));
  }

  #inlineIn(graph: onnx.GraphProto): void {
    graph.node = this.#inlined(graph.node);
  }

  /** The nodes with calls replaced, those inside functions and bodies too. */
  #inlined(nodes: readonly onnx.NodeProto[]): onnx.NodeProto[] {
    return nodes.flatMap((node) => {
      const key = keyOf(node.domain, node.opType, node.overload);
      const body = this.kept.has(key) ? undefined : this.#functions.get(key);
      if (body === undefined) {
        for (const inner of bodiesOf(node)) this.#inlineIn(inner);
        return [node];
      }
      this.inlined.add(body.name);
      this.#import(body);
      return this.#inlined(instantiate(body, node, this.labelOf(node), this.#names));
    });
  }

  /** Domains that only the function imports are imported by the model from now on. */
  #import(body: onnx.FunctionProto): void {
    for (const entry of body.opsetImport) {
      const domain = standard(entry.domain);
      if (this.#imported.has(domain)) continue;
      this.#imported.set(domain, fromInt64(entry.version));
      this.proto.opsetImport.push(entry);
    }
  }

  /** Operators of another version than the model's may mean something else, or not exist. */
  #opsetConflict(body: onnx.FunctionProto): string | undefined {
    const own = versionsOf(body.opsetImport);
    for (const node of nodesOf(body.node)) {
      if (this.#functions.has(keyOf(node.domain, node.opType, node.overload))) continue;
      const domain = standard(node.domain);
      const [version, model] = [own.get(domain), this.#imported.get(domain)];
      if (model !== undefined && version !== model) {
        return `it uses version ${version ?? 'unknown'} of ${domain || 'ai.onnx'}, the model version ${model}`;
      }
    }
    return undefined;
  }

  /** True where a function calls the one of this key, directly or through others. */
  #calls(body: onnx.FunctionProto, wanted: string): boolean {
    const pending = [body];
    const seen = new Set<onnx.FunctionProto>();
    for (const next of pending) {
      if (seen.has(next)) continue;
      seen.add(next);
      for (const node of nodesOf(next.node)) {
        const key = keyOf(node.domain, node.opType, node.overload);
        if (key === wanted) return true;
        const called = this.#functions.get(key);
        if (called !== undefined) pending.push(called);
      }
    }
    return false;
  }

  #stillCalled(): ReadonlySet<string> {
    const called = new Set<string>();
    const visit = (nodes: readonly onnx.NodeProto[]): void => {
      for (const node of nodesOf(nodes)) {
        const key = keyOf(node.domain, node.opType, node.overload);
        const body = this.#functions.get(key);
        if (body === undefined || called.has(key)) continue;
        called.add(key);
        visit(body.node);
      }
    };
    visit(this.proto.graph?.node ?? []);
    return called;
  }
}

/**
 * A copy of the model in which every call of a model-local function is replaced by the function's nodes, in subgraphs
 * too; calls inside functions are followed. Functions that nothing calls any more are gone. A function that was made for
 * other operator versions than the model imports, or that calls itself, is kept, with the reason. The original stays as
 * it is; close it last.
 *
 * @example
 * const { model: flat, kept } = inlineFunctions(model);
 */
export function inlineFunctions(model: Model): InlinedModel {
  const copy = model.clone();
  const inliner = new Inliner(copy.proto, (node) => copy.labelOf(node));
  inliner.run();
  copy.adopt(copy);
  return { model: copy, inlined: [...inliner.inlined], kept: [...inliner.kept.values()] };
}
