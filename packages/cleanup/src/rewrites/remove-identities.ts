import type { Change } from '@onnx-compress/core';
import type { Node } from '@onnx-compress/graph';
import { bypass } from '../graph-edits/bypass.js';
import { identityNode } from '../messages.js';
import { mainScopes, type Rewrite } from '../rewrite.js';

/** From this opset on Dropout takes its mode from an input; from 7 on it is inference only. */
const DROPOUT_WITH_MODE = 12;
const DROPOUT_INFERENCE = 7;

/** Removes nodes that pass their input on unchanged: Identity, and Dropout of inference. */
export const removeIdentities: Rewrite = async (model, scope) => {
  const changed: Change[] = [];
  for (const graph of mainScopes(model)) {
    for (const node of [...graph.nodes]) {
      if (!scope.selected(node.label) || !passesOn(node)) continue;
      const source = node.input(0);
      if (source && bypass(node, source)) changed.push(identityNode(node.label, node.opType));
    }
  }
  return { changed, skipped: [] };
};

function passesOn(node: Node): boolean {
  if (node.domain !== '') return false;
  return node.opType === 'Identity' || (node.opType === 'Dropout' && isInferenceDropout(node));
}

function isInferenceDropout(node: Node): boolean {
  const opset = node.graph.model.opset() ?? 0;
  const mask = node.output(1);
  if (opset < DROPOUT_INFERENCE || (mask !== undefined && mask.uses.length > 0)) return false;
  if (opset < DROPOUT_WITH_MODE || node.input(2) === undefined) return true;
  const mode = node.input(2)?.weight?.tensor.inline;
  return mode?.[0] === 0;
}
