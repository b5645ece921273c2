import { type Graph, type Node, present } from '@onnx-compress/graph';
import type { WeightGroup } from '../placement/weight-group.js';
import type { StoredWeight } from '../weights/stored-weight.js';
import { castTarget, FLOAT32 } from './float-type.js';
import { castBefore } from './rewrite-node.js';

/**
 * Weight-only form for kernels that compute in float: `Cast(int8) * scale`, the value of DequantizeLinear to the
 * last bit. onnxruntime never folds a DequantizeLinear and runs it at every inference; this product of constants it
 * folds while loading, so the file is small and the speed is that of the float model. It needs no newer opset.
 *
 * The product stands where the weight did, in its scope, so that bodies of If, Loop and Scan share it. What moves the
 * weight into the shape that a layer needs reads the product, and is folded with it.
 */
export function emitRestored(group: WeightGroup, stored: StoredWeight): void {
  const restored = restoreBefore(firstReader(group), group, stored);
  for (const { entries } of group.layers) for (const { node, index } of entries) node.setInput(index, restored);
}

function restoreBefore(node: Node, { weight, tensor }: WeightGroup, stored: StoredWeight): string {
  const { graph } = node;
  const integers = castBefore(node, stored.quantized(), `${weight.name}_unscaled`, FLOAT32);
  const product = graph.uniqueName(`${weight.name}_restored`);
  graph.addNode({ opType: 'Mul', inputs: [integers, stored.scale('aligned')], outputs: [product] }, { before: node });
  const code = castTarget(tensor.dataType);
  return code === undefined ? product : castBefore(node, product, `${weight.name}_${tensor.dataType}`, code);
}

/** The first node in the scope of the weight that reads it, itself or in a body. */
function firstReader({ weight, layers }: WeightGroup): Node {
  const { graph } = weight;
  const readers = new Set(layers.flatMap(({ entries }) => entries.map(({ node }) => holderIn(graph, node))));
  const first = readers.size > 1 ? graph.nodes.find((node) => readers.has(node)) : [...readers][0];
  return present(first, `reader of ${weight.name}`);
}

/** The node of a scope that holds another node in one of its bodies, or is it. */
function holderIn(scope: Graph, node: Node): Node {
  const owner = node.graph === scope ? undefined : node.graph.owner;
  return owner === undefined ? node : holderIn(scope, owner.node);
}
