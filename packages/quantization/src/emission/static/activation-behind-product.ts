import { float32Tensor, type Graph, type Node } from '@onnx-compress/graph';
import { onlyReader } from '../operators/operands.js';
import { become, insertBefore } from '../rewrite-node.js';

const PRODUCTS: ReadonlySet<string> = new Set(['Gemm', 'MatMul']);

/** Name of the constant that takes the part of Relu. */
const ZERO = 'zero';

/**
 * Writes Relu and Clip behind products that give floats as Max and Min. onnxruntime looks for a QuantizeLinear behind
 * those two, and computes the product in floats where it finds none.
 *
 * @param nodes of a plan, with all their values quantized
 */
export function freeActivationsBehindProducts(nodes: Iterable<Node>): void {
  for (const node of nodes) {
    if (!PRODUCTS.has(node.opType)) continue;
    const reader = onlyReader(node.output(0));
    const activation = reader?.opType === 'Add' ? onlyReader(reader.output(0)) : reader;
    if (activation && onlyReader(activation.output(0))?.opType !== 'QuantizeLinear') asMaximum(activation);
  }
}

function asMaximum(activation: Node): void {
  const { opType, graph, inputs } = activation;
  const [value = '', low, high] = inputs;
  if (opType === 'Relu') become(activation, 'Max', [value, zero(graph)]);
  if (opType !== 'Clip') return;
  if (low && high) become(activation, 'Min', [insertBefore(activation, 'Max', [value, low], 'from_low'), high]);
  else if (low) become(activation, 'Max', [value, low]);
  else if (high) become(activation, 'Min', [value, high]);
}

function zero(graph: Graph): string {
  const known = graph.value(ZERO)?.weight?.tensor;
  const isZero = known?.dataType === 'float32' && known.dims.length === 0 && known.inline?.every((byte) => byte === 0);
  return isZero ? ZERO : graph.addWeight(graph.uniqueName(ZERO), float32Tensor([], [0])).name;
}
