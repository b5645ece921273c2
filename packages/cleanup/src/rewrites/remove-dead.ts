import type { Change } from '@onnx-compress/core';
import type { Graph, Node, Weight } from '@onnx-compress/graph';
import { isFixed } from '../graph-edits/constant.js';
import { deadNode, deadWeight } from '../messages.js';
import { mainScopes, type Rewrite, type RewriteScope } from '../rewrite.js';

/** Removes nodes and weights that no output depends on. Inputs that a caller may feed stay. */
export const removeDead: Rewrite = async (model, scope) => {
  const scopes = [...mainScopes(model)].reverse();
  const nodes = scopes.flatMap((graph) => removeDeadNodes(graph, scope));
  const weights = scopes.flatMap((graph) => removeDeadWeights(graph));
  return { changed: [...nodes, ...weights], skipped: [] };
};

/** Last node first, so that a node whose only readers were dead goes in the same pass. */
function removeDeadNodes(graph: Graph, scope: RewriteScope): readonly Change[] {
  return [...graph.nodes].reverse().flatMap((node) => {
    if (!isDead(node) || !scope.selected(node.label)) return [];
    graph.removeNode(node);
    return [deadNode(node.label)];
  });
}

function isDead(node: Node): boolean {
  if (node.outputs.length === 0) return false;
  return node.outputs.every((_, index) => (node.output(index)?.uses.length ?? 0) === 0);
}

function removeDeadWeights(graph: Graph): readonly Change[] {
  return [...graph.weights()].filter(isUnused).map((weight) => {
    graph.removeWeight(weight);
    return deadWeight(weight.name);
  });
}

function isUnused(weight: Weight): boolean {
  return weight.form !== 'constant-node' && weight.value.uses.length === 0 && isFixed(weight);
}
