import type { Node, Value } from '@onnx-compress/graph';
import { channelLayout, type InputLayout } from '@onnx-compress/math';

/** How a node multiplies what it is fed with by a weight. */
export interface WeightedLayer {
  readonly node: Node;
  /** The input through which the node reads the weight. */
  readonly weightInput: number;
  /** The value that is multiplied. */
  readonly data: Value;
  /** Axis of the value along which the products are summed; a negative one counts from the end. */
  readonly dataAxis: number;
  /** Axis of the weight along which the products are summed; a negative one counts from the end. */
  readonly weightAxis: number;
  /** Groups of a convolution whose weight has its input channels on the axis once for all groups. */
  readonly groups: number;
}

interface Axes {
  readonly dataAxis: number;
  readonly weightAxis: number;
}

function gemmAxes(node: Node, weightInput: number): Axes {
  const [first, second] = [1 - node.int('transA', 0), node.int('transB', 0)];
  return weightInput === 1 ? { dataAxis: first, weightAxis: second } : { dataAxis: second, weightAxis: first };
}

function axesOf(node: Node, weightInput: number): Axes | undefined {
  switch (node.opType) {
    case 'Conv':
      return weightInput === 1 ? { dataAxis: 1, weightAxis: 1 } : undefined;
    case 'ConvTranspose':
      return weightInput === 1 ? { dataAxis: 1, weightAxis: 0 } : undefined;
    case 'Gemm':
      return weightInput < 2 ? gemmAxes(node, weightInput) : undefined;
    case 'MatMul':
      return weightInput === 1 ? { dataAxis: -1, weightAxis: -2 } : { dataAxis: -2, weightAxis: -1 };
    default:
      return undefined;
  }
}

/** The layer that reads a weight through this input; undefined for nodes that multiply nothing by it. */
export function weightedLayer(node: Node, weightInput: number): WeightedLayer | undefined {
  const axes = node.domain === '' ? axesOf(node, weightInput) : undefined;
  const data = axes && node.input(1 - weightInput);
  if (axes === undefined || data === undefined) return undefined;
  return { ...axes, node, weightInput, data, groups: node.opType === 'Conv' ? node.int('group', 1) : 1 };
}

/** Where the input channels of the layer lie in a weight of this shape. */
export function inputLayout({ weightAxis, groups }: WeightedLayer, dims: readonly number[]): InputLayout {
  return { ...channelLayout(dims, weightAxis), groups };
}
