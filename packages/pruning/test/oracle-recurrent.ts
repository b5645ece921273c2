import { type Node, present } from '@onnx-compress/graph';
import type { Masking, WeightChange } from './oracle.js';

/** Features of X that go with columns of W, and units that go with columns of R, which read them a step later. */
export function recurrentMasking(
  node: Node,
  { tensor, axis, removed }: WeightChange,
  dims: readonly number[],
): readonly Masking[] {
  const slot = node.inputs.indexOf(tensor);
  if (axis !== 2 || (slot !== 1 && slot !== 2)) return [];
  const size = present(dims[2], 'columns');
  return [{ node, input: slot === 1 ? 0 : 2, axisFromEnd: 1, size, removed: new Set(removed) }];
}
