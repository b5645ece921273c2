import type { Change } from '@onnx-compress/core';
import type { Node, Weight } from '@onnx-compress/graph';
import { needsInputPerWeight } from '../graph-edits/constant.js';
import { storedConstant } from '../messages.js';
import { mainScopes, type Rewrite } from '../rewrite.js';

/**
 * Turns Constant nodes into initializers of the same name in the same scope; the bytes stay unread. Left alone are
 * graph outputs, sparse and string constants, and models of IR version 3, where each would become a graph input.
 */
export const storeConstants: Rewrite = async (model, scope) => {
  const changed: Change[] = [];
  if (needsInputPerWeight(model)) return { changed, skipped: [] };
  for (const graph of mainScopes(model)) {
    for (const node of [...graph.nodes]) {
      const weight = node.constant;
      if (weight === undefined || !scope.selected(node.label) || !isStorable(node, weight)) continue;
      store(node, weight);
      changed.push(storedConstant(node.label));
    }
  }
  return { changed, skipped: [] };
};

function isStorable(node: Node, weight: Weight): boolean {
  const isOutput = weight.value.uses.some((use) => use.kind === 'output');
  return !isOutput && !node.hasAttribute('sparse_value') && weight.tensor.dataType !== 'string';
}

/** The readers go on reading the same name. */
function store(node: Node, { name, tensor }: Weight): void {
  node.setOutput(0, '');
  node.graph.removeNode(node);
  node.graph.addWeight(name, tensor);
}
