import type { Graph } from '@onnx-compress/graph';

/** The way to a scope through the nodes and attributes that hold it; both branches of an If lie at different places. */
export function scopePath({ owner, kind, name }: Graph): string {
  if (owner === undefined) return kind === 'function' ? name : '';
  return `${scopePath(owner.node.graph)}/${owner.node.label}.${owner.attribute}`;
}
