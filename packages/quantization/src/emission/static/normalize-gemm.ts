import { float32Tensor, type Node } from '@onnx-compress/graph';
import type { ActivationScale } from '../../activations/activation-scale.js';
import { insertBefore, outputName } from '../rewrite-node.js';
import { dequantizedBefore } from './dequantize.js';
import type { LayerBias } from './layer-bias.js';
import { addActivationScale } from './shared-scale.js';

/**
 * Brings a Gemm to `left * weight + integer bias`, which is all that QGemm computes: alpha and beta belong to the
 * constants, a bias of another kind is added behind, and the left factor is transposed in front.
 *
 * @param bias what remains in the node; undefined where all that it adds has to move behind it
 */
export function normalizeGemm(node: Node, activation: ActivationScale, bias: LayerBias | undefined): void {
  if (bias === undefined) addBehind(node);
  for (const name of ['alpha', 'beta']) node.removeAttribute(name);
  if (node.int('transA', 0) !== 0) transposeInFront(node, activation);
}

/** Transposed floats are quantized anew; onnxruntime joins this with the DequantizeLinear in front, if there is one. */
function transposeInFront(node: Node, activation: ActivationScale): void {
  const { graph, inputs } = node;
  const [left = ''] = inputs;
  const floats = insertBefore(node, 'Transpose', [left], 'transposed');
  const parameters = addActivationScale(graph, floats, activation);
  const integers = insertBefore(node, 'QuantizeLinear', [floats, ...parameters], 'quantized');
  node.setInput(0, dequantizedBefore(node, floats, [integers, ...parameters]));
  node.removeAttribute('transA');
}

function addBehind(node: Node): void {
  const [left = '', right = '', bias] = node.inputs;
  const beta = node.float('beta', 1);
  node.setInputs([left, right]);
  if (!bias || beta === 0) return;
  const { graph } = node;
  const output = outputName(node);
  const product = graph.uniqueName(`${output}_product`);
  node.setOutput(0, product);
  const add = graph.addNode({ opType: 'Add', inputs: [product, bias], outputs: [output] }, { after: node });
  if (beta === 1) return;
  const factor = graph.addWeight(graph.uniqueName(`${bias}_beta`), float32Tensor([], [beta]));
  add.setInput(1, insertBefore(add, 'Mul', [bias, factor.name], 'bias'));
}
