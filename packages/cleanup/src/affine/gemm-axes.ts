import type { Node } from '@onnx-compress/graph';
import type { Channels } from './layer-side.js';
import { weightDims } from './weight-dims.js';

/** The axis of B along which the outputs of a Gemm lie. */
export function columnsAxis(gemm: Node): 0 | 1 {
  return gemm.int('transB', 0) === 0 ? 1 : 0;
}

/** The channels that an axis of B counts; they are the last dimension of what a Gemm reads or writes. */
export function gemmChannels(gemm: Node, axis: 0 | 1): Channels | undefined {
  const count = weightDims(gemm)?.[axis];
  return count === undefined ? undefined : { count, axis: 1, rank: 2 };
}
