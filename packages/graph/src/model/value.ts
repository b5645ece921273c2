import type { Graph } from './graph.js';
import type { Node } from './node.js';
import type { ValueType } from './value-type.js';
import type { Weight } from './weight.js';

/** One place that reads a value: an input slot of a node, or an output of a graph. */
export type Use =
  | { readonly kind: 'input'; readonly node: Node; readonly index: number }
  | { readonly kind: 'output'; readonly graph: Graph; readonly index: number };

/** What defines a value. Until something does, a value is dangling, which `Model.validate()` reports. */
export type Definition =
  | { readonly kind: 'input' }
  | { readonly kind: 'node'; readonly node: Node; readonly index: number }
  | { readonly kind: 'initializer'; readonly weight: Weight };

/**
 * A named edge of the graph: one definition, any number of uses, including uses inside nested subgraphs that
 * capture it. Views stay valid while the graph is edited.
 */
export class Value {
  readonly #uses = new Set<Use>();
  #listed: readonly Use[] | undefined;
  #definition: Definition | undefined;

  constructor(
    readonly name: string,
    /** The scope that defines the value. */
    readonly graph: Graph,
  ) {}

  get definition(): Definition | undefined {
    return this.#definition;
  }

  get uses(): readonly Use[] {
    this.#listed ??= [...this.#uses];
    return this.#listed;
  }

  /** The node that computes it, Constant nodes included. */
  get producer(): Node | undefined {
    return this.#definition?.kind === 'node' ? this.#definition.node : undefined;
  }

  /** Which output of the producer it is; 0 without producer. */
  get producerIndex(): number {
    return this.#definition?.kind === 'node' ? this.#definition.index : 0;
  }

  get isInput(): boolean {
    return this.#definition?.kind === 'input';
  }

  /** True when it is an output of the graph that defines it. */
  get isOutput(): boolean {
    return this.uses.some((use) => use.kind === 'output' && use.graph === this.graph);
  }

  /** The constant it stands for: an initializer or the output of a Constant node. */
  get weight(): Weight | undefined {
    if (this.#definition?.kind === 'initializer') return this.#definition.weight;
    return this.#definition?.kind === 'node' ? this.#definition.node.constant : undefined;
  }

  /** Type and shape that the file declares for it, if any; onnxruntime does not check them, so they may be stale. */
  get declared(): ValueType | undefined {
    return this.graph.declaredType(this.name);
  }

  /** @internal */
  define(definition: Definition | undefined): void {
    this.#definition = definition;
  }

  /** @internal */
  attach(use: Use): void {
    this.#uses.add(use);
    this.#listed = undefined;
  }

  /** @internal */
  detach(use: Use): void {
    this.#uses.delete(use);
    this.#listed = undefined;
  }
}
