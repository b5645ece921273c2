import type { Graph, Model } from '@onnx-compress/graph';

/** A body of an If, Loop or Scan, or a model-local function. */
export interface ScopeRecord {
  readonly kind: 'body' | 'function';
  /** The node and attribute that hold a body; the name of a function. */
  readonly name: string;
  /** Nodes directly in it. */
  readonly nodes: number;
}

function recordOf({ owner, name, nodes }: Graph): ScopeRecord {
  if (owner === undefined) return { kind: 'function', name, nodes: nodes.length };
  return { kind: 'body', name: `${owner.node.label}.${owner.attribute}`, nodes: nodes.length };
}

/** Every scope besides the main graph. */
export function scopesOf(model: Model): readonly ScopeRecord[] {
  return [...model.walk()].filter((graph) => graph !== model.graph).map(recordOf);
}
