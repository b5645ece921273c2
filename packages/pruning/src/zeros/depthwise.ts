import type { Node } from '@onnx-compress/graph';

/** True for a convolution each of whose output channels sees one input channel. */
export function isDepthwise(node: Node): boolean {
  return node.opType === 'Conv' && node.int('group', 1) > 1 && node.input(1)?.weight?.tensor.dims[1] === 1;
}
