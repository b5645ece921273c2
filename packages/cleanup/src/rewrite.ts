import type { Change, Context, Skip } from '@onnx-compress/core';
import type { Graph, Model } from '@onnx-compress/graph';

/** What a rewrite may touch, and what the pipeline lends it. */
export interface RewriteScope {
  readonly context: Context;
  /** Whether the node of this label may be changed. */
  selected(label: string): boolean;
}

/** What a rewrite did. */
export interface RewriteResult {
  readonly changed: readonly Change[];
  readonly skipped: readonly Skip[];
}

/** One exact rewrite of a model. Applied again to its own result it changes nothing. */
export type Rewrite = (model: Model, scope: RewriteScope) => Promise<RewriteResult>;

/** The scopes that hold initializers: the main graph and its subgraphs, not the bodies of functions. */
export function* mainScopes(model: Model): Generator<Graph> {
  for (const graph of model.walk()) if (!insideFunction(graph)) yield graph;
}

function insideFunction(graph: Graph): boolean {
  return graph.kind === 'function' || (graph.owner !== undefined && insideFunction(graph.owner.node.graph));
}
