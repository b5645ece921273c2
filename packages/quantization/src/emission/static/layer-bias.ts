import { type Node, present, type Value, weightBehind } from '@onnx-compress/graph';
import type { ActivationScale } from '../../activations/activation-scale.js';
import type { Layer } from '../../layers/layer.js';
import type { ChannelBias } from '../../weights/integer-bias.js';

/** The bias of a layer, and where it is read: in its node, or in the Add behind it. */
export interface LayerBias extends ChannelBias {
  readonly name: string;
  readonly node: Node;
  readonly index: number;
}

/**
 * The constant of a layer that can be written as one integer per output channel; undefined for none like that.
 *
 * @param scales of all values that are quantized
 */
export function layerBias(
  { node, inputIndex, weight }: Layer,
  scales: ReadonlyMap<Value, ActivationScale>,
): LayerBias | undefined {
  const { dims } = weight.tensor;
  switch (node.opType) {
    case 'Conv':
      return biasAt(node, 2, present(dims[0], 'output channels'));
    case 'ConvTranspose':
      return biasAt(node, 2, present(dims[1], 'output channels of a group') * node.int('group', 1));
    case 'Gemm':
      return inputIndex === 1 ? gemmBias(node, dims) : undefined;
    case 'MatMul':
      if (inputIndex !== 1 || dims.length !== 2 || scales.has(outputOf(node))) return undefined;
      return biasBehind(outputOf(node), present(dims[1], 'columns'));
    default:
      return undefined;
  }
}

function gemmBias(node: Node, dims: readonly number[]): LayerBias | undefined {
  const factor = node.float('beta', 1);
  const columns = present(dims[node.int('transB', 0) === 0 ? 1 : 0], 'columns');
  const isInteger = factor !== 0 && node.float('alpha', 1) !== 0;
  const bias = isInteger ? biasAt(node, 2, columns) : undefined;
  return bias && { ...bias, factor, dims: [columns] };
}

/**
 * The Add behind a MatMul, if nothing else reads it. onnxruntime makes a Gemm of the two wherever it knows the shapes,
 * and a QGemm of that only if the bias is int32.
 */
function biasBehind({ uses, graph }: Value, columns: number): LayerBias | undefined {
  const [use] = uses;
  if (uses.length !== 1 || use?.kind !== 'input' || use.node.graph !== graph) return undefined;
  const bias = use.node.opType === 'Add' ? biasAt(use.node, 1 - use.index, columns) : undefined;
  return bias && bias.dims.length <= 2 && bias.dims.at(-1) === columns ? bias : undefined;
}

function outputOf(node: Node): Value {
  return present(node.output(0), `output of ${node.label}`);
}

function biasAt(node: Node, index: number, channels: number): LayerBias | undefined {
  const weight = weightBehind(node.input(index));
  if (weight?.tensor.dataType !== 'float32') return undefined;
  const { name, tensor } = weight;
  return serves(tensor.dims, channels)
    ? { tensor, name, node, index, channels, dims: tensor.dims, factor: 1 }
    : undefined;
}

/** True for [channels], [1, channels], and for one number in any shape. */
function serves(dims: readonly number[], channels: number): boolean {
  const last = dims.at(-1) ?? 1;
  return dims.slice(0, -1).every((size) => size === 1) && (last === channels || last === 1);
}
