import { elementCount, type Node, present, type Value, type Weight, weightBehind } from '@onnx-compress/graph';
import { type Contraction, contractionOf } from './contraction.js';

/**
 * A layer of the main graph that multiplies what it is fed with by a constant weight: Conv, ConvTranspose, Gemm or
 * MatMul. Each output channel is one row of its weight matrix, see `readWeightMatrix`.
 */
export interface LinearLayer {
  readonly node: Node;
  /** The value that is multiplied, input 0. */
  readonly data: Value;
  readonly output: Value;
  readonly weight: Weight;
  readonly contraction: Contraction;
  /** Output channels of all groups together. */
  readonly outputs: number;
  /** Input channels of one group. */
  readonly inputs: number;
  /** Sizes of the kernel; empty for Gemm and MatMul. */
  readonly kernel: readonly number[];
  /** Columns of the weight matrix: input channels of a group times kernel positions. */
  readonly columns: number;
}

/** The node as a linear layer; undefined where it is none, or not one whose weight can be read. */
export function linearLayer(node: Node): LinearLayer | undefined {
  const weight = weightBehind(node.input(1));
  const [data, output] = [node.input(0), node.output(0)];
  if (weight === undefined || data === undefined || output === undefined || node.graph.kind !== 'main')
    return undefined;
  const contraction = contractionOf(node, weight.tensor);
  if (contraction === undefined) return undefined;
  const { dims } = weight.tensor;
  const inputs = present(dims[contraction.inputAxis], 'input axis');
  const outputs = present(dims[contraction.outputAxis], 'output axis');
  const kernel = dims.slice(2);
  return { node, data, output, weight, contraction, outputs, inputs, kernel, columns: inputs * elementCount(kernel) };
}
