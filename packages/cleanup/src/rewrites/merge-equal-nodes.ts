import type { Change } from '@onnx-compress/core';
import type { Graph, Node } from '@onnx-compress/graph';
import { copyOf } from '../folding/copy-node.js';
import { constantRegion } from '../folding/foldable.js';
import { equalNode } from '../messages.js';
import { mainScopes, type Rewrite } from '../rewrite.js';

/** Computes once what several nodes compute from the same constants, such as transposes of a weight of many layers. */
export const mergeEqualNodes: Rewrite = async (model, scope) => {
  const changed: Change[] = [];
  for (const graph of mainScopes(model)) {
    const originals = new Map<string, Node>();
    for (const node of constantRegion(graph, scope.selected).nodes) {
      const key = signature(node);
      const original = key === undefined ? undefined : originals.get(key);
      if (original !== undefined) changed.push(merge(graph, node, original));
      else if (key !== undefined) originals.set(key, node);
    }
  }
  return { changed, skipped: [] };
};

/** What equal nodes share: operator, inputs and attributes; undefined for nodes that are not compared. */
function signature(node: Node): string | undefined {
  const { opType, inputs, outputs, attributes = {} } = copyOf(node);
  if (outputs.includes('') || Object.values(attributes).some((value) => 'tensor' in value)) return undefined;
  const sorted = Object.entries(attributes).sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify([opType, inputs, outputs.length, sorted]);
}

function merge(graph: Graph, node: Node, original: Node): Change {
  for (const index of node.outputs.keys()) {
    const [from, to] = [node.output(index), original.output(index)];
    if (from !== undefined && to !== undefined) graph.replaceUses(from, to);
  }
  graph.removeNode(node);
  return equalNode(node.label, original.label);
}
