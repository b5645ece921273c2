import type { Node } from '@onnx-compress/graph';
import { constantBehind } from '../graph-edits/constant.js';

/** Dimensions of the constant weight at input 1 of a layer. */
export function weightDims(layer: Node): readonly number[] | undefined {
  return constantBehind(layer.input(1))?.tensor.dims;
}
