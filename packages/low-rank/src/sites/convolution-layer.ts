import type { Matrix } from '@onnx-compress/core';
import { elementCount, type Node, present, readFloats } from '@onnx-compress/graph';
import * as reasons from '../reasons.js';
import { isRefusal, type LayerWeight, ownWeight } from './layer-weight.js';
import type { Refusal } from './site.js';

/** A Conv whose weight can be factored, and the sizes of that. */
export interface ConvolutionLayer extends LayerWeight {
  readonly node: Node;
  /** Name of what it slides over. */
  readonly data: string;
  readonly groups: number;
  /** Output channels of all groups. */
  readonly outputs: number;
  /** Input channels of one group. */
  readonly inputs: number;
  readonly kernel: readonly number[];
  /** Positions of the kernel. */
  readonly positions: number;
}

/** A convolution of any number of spatial axes; refused where every output sees one input channel of many. */
export function convolutionLayer(node: Node): ConvolutionLayer | Refusal | undefined {
  if (node.opType !== 'Conv' || node.domain !== '') return undefined;
  const found = ownWeight(node, 1);
  if (found === undefined || isRefusal(found)) return found;
  const [outputs = 0, inputs = 0, ...kernel] = found.dims;
  const groups = node.int('group', 1);
  if (groups > 1 && inputs === 1) return { reason: reasons.depthwise() };
  const data = present(node.inputs[0], `data of ${node.label}`);
  return { ...found, node, data, groups, outputs, inputs, kernel, positions: elementCount(kernel) };
}

/** As `convolutionLayer`, refused where outputs see the channels of one of several groups only. */
export function ungroupedLayer(node: Node): ConvolutionLayer | Refusal | undefined {
  const layer = convolutionLayer(node);
  if (layer === undefined || isRefusal(layer) || layer.groups === 1) return layer;
  return { reason: reasons.grouped(layer.groups) };
}

/** The weight as a matrix: outputs x (input channels of a group times kernel positions). */
export async function filters({ weight, outputs, inputs, positions }: ConvolutionLayer): Promise<Matrix> {
  return { rows: outputs, columns: inputs * positions, values: await readFloats(weight.tensor) };
}
