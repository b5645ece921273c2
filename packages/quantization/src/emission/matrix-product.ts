import { float32Tensor, type Node, present, type Value } from '@onnx-compress/graph';
import { become, insertBefore } from './rewrite-node.js';

/** What MatMul and Gemm have in common: `factor * left . weight + bias`. */
export interface MatrixProduct {
  /** The left factor, [..., M, K]. */
  readonly left: Value;
  /** To be folded into the weight's scale. */
  readonly factor: number;
  /** Name of what is added, already multiplied by beta; undefined for nothing. */
  readonly bias: string | undefined;
}

/** Reads a MatMul or Gemm as a product, with a Transpose in front for transA and a Mul for beta where they are needed. */
export function matrixProduct(node: Node): MatrixProduct {
  const left = present(node.input(0), `left factor of ${node.label}`);
  if (node.opType === 'MatMul') return { left, factor: 1, bias: undefined };
  return { left: upright(node, left), factor: node.float('alpha', 1), bias: scaledBias(node) };
}

/** Ends the product in the node itself, so that its output keeps its name: `opType(inputs)`, plus the bias if any. */
export function endProduct(node: Node, opType: string, inputs: readonly string[], bias: string | undefined): void {
  if (bias === undefined) become(node, opType, inputs);
  else become(node, 'Add', [insertBefore(node, opType, inputs, 'product'), bias]);
}

function upright(node: Node, left: Value): Value {
  if (node.int('transA', 0) === 0) return left;
  const output = insertBefore(node, 'Transpose', [left.name], 'transposed');
  return present(node.graph.value(output), output);
}

function scaledBias(node: Node): string | undefined {
  const bias = node.inputs[2];
  const beta = node.float('beta', 1);
  if (!bias || beta === 0) return undefined;
  if (beta === 1) return bias;
  const { graph } = node;
  const factor = graph.addWeight(graph.uniqueName(`${bias}_beta`), float32Tensor([], [beta]));
  return insertBefore(node, 'Mul', [bias, factor.name], 'bias');
}
