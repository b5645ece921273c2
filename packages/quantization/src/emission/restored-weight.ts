import { type Graph, type Node, present } from '@onnx-compress/graph';
import type { WeightGroup } from '../placement/weight-group.js';
import type { StoredWeight } from '../weights/stored-weight.js';
import { withQuarters } from './fine-weight.js';
import { castTarget, FLOAT32 } from './float-type.js';
import { castBefore, UNNAMED } from './rewrite-node.js';

/**
 * Weight-only form for kernels that compute in float: `Cast(int8) * scale`, or `(Cast(uint8) - Cast(zeroPoint)) * scale`,
 * the value of DequantizeLinear to the last bit; with two bits more, `(Cast(int8) + quarters) * scale`. onnxruntime never
 * folds a DequantizeLinear and runs it at every inference; this product of constants it folds while loading, so the file
 * is small and the speed is that of the float model. It needs no newer opset, with two bits more opset 10.
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
  const remainders = stored.remainders();
  const { dims } = tensor;
  const fine = remainders && withQuarters(node, integers, remainders, { name: weight.name, dims });
  const centred = withoutZeroPoint(node, weight.name, fine ?? integers, stored);
  const product = graph.uniqueName(`${weight.name}_restored`);
  const spec = { ...UNNAMED, opType: 'Mul', inputs: [centred, stored.scale('aligned')], outputs: [product] };
  graph.addNode(spec, { before: node });
  const code = castTarget(tensor.dataType);
  return code === undefined ? product : castBefore(node, product, `${weight.name}_${tensor.dataType}`, code);
}

/** Exact in float32: the difference of two bytes. */
function withoutZeroPoint(node: Node, name: string, integers: string, stored: StoredWeight): string {
  const zeroPoint = stored.zeroPoint('aligned');
  if (zeroPoint === undefined) return integers;
  const { graph } = node;
  const zero = castBefore(node, zeroPoint, `${name}_zero`, FLOAT32);
  const centred = graph.uniqueName(`${name}_centred`);
  graph.addNode({ ...UNNAMED, opType: 'Sub', inputs: [integers, zero], outputs: [centred] }, { before: node });
  return centred;
}

/** The first node in the scope of the weight that reads it, itself or in a body. */
export function firstReader({ weight, layers }: WeightGroup): Node {
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
