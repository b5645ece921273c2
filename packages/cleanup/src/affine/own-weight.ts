import type { Node, Weight } from '@onnx-compress/graph';
import { isFixed } from '../graph-edits/constant.js';
import { computedParameters, sharedWeight, unsupportedType } from '../messages.js';

/** A weight that may be changed for the sake of one node, or why it may not. */
export type OwnWeight = { readonly weight: Weight } | { readonly reason: string };

/** The constant at an input of a node when nothing else reads it; half and single precision only. */
export function ownWeight(node: Node, index: number): OwnWeight {
  const weight = node.input(index)?.weight;
  if (weight === undefined || !isFixed(weight) || weight.form === 'sparse') return { reason: computedParameters() };
  const { dataType } = weight.tensor;
  if (dataType !== 'float32' && dataType !== 'float16' && dataType !== 'bfloat16') {
    return { reason: unsupportedType(dataType) };
  }
  return weight.value.uses.length === 1 ? { weight } : { reason: sharedWeight(weight.name) };
}
