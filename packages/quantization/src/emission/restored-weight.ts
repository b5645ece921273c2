import type { Graph, Node } from '@onnx-compress/graph';
import type { WeightGroup } from '../placement/weight-group.js';
import type { StoredWeight } from '../weights/stored-weight.js';
import { castTarget, FLOAT32 } from './float-type.js';
import { castBefore } from './rewrite-node.js';

/**
 * Weight-only form for kernels that compute in float: `Cast(int8) * scale`, the value of DequantizeLinear to the
 * last bit. onnxruntime never folds a DequantizeLinear and runs it at every inference; this product of constants it
 * folds while loading, so the file is small and the speed is that of the float model. It needs no newer opset.
 */
export function emitRestored(group: WeightGroup, stored: StoredWeight): void {
  const restored = new Map<Graph, string>();
  for (const { node, inputIndex } of group.layers) {
    const value = restored.get(node.graph) ?? restoreBefore(node, group, stored);
    restored.set(node.graph, value);
    node.setInput(inputIndex, value);
  }
}

function restoreBefore(node: Node, { weight, tensor }: WeightGroup, stored: StoredWeight): string {
  const { graph } = node;
  const integers = castBefore(node, stored.quantized(), `${weight.name}_unscaled`, FLOAT32);
  const product = graph.uniqueName(`${weight.name}_restored`);
  graph.addNode({ opType: 'Mul', inputs: [integers, stored.scale('aligned')], outputs: [product] }, { before: node });
  const code = castTarget(tensor.dataType);
  return code === undefined ? product : castBefore(node, product, `${weight.name}_${tensor.dataType}`, code);
}
