import type { Model, Node, Weight } from '@onnx-compress/graph';
import { elementCount } from '@onnx-compress/graph';

/** Weights of one operator type: how many nodes, how many parameters, how many bytes. */
export interface OperatorSize {
  readonly opType: string;
  readonly nodes: number;
  readonly parameters: number;
  readonly weightBytes: number;
}

/** One node with weights of its own. */
export interface LayerSize {
  readonly node: string;
  readonly opType: string;
  readonly parameters: number;
  readonly weightBytes: number;
  readonly weights: readonly { readonly name: string; readonly dataType: string; readonly dims: readonly number[] }[];
}

const operatorName = ({ domain, opType }: Node) => (domain === '' ? opType : `${domain}.${opType}`);

/** The node that reads a weight first, seen through Identity nodes; a shared weight is counted there only. */
function readerOf(weight: Weight): Node | undefined {
  let value = weight.value;
  for (;;) {
    const use = value.uses.find(({ kind }) => kind === 'input');
    if (use?.kind !== 'input') return undefined;
    const next = use.node.opType === 'Identity' ? use.node.output(0) : undefined;
    if (next === undefined) return use.node;
    value = next;
  }
}

function weightsByNode(model: Model): ReadonlyMap<Node, readonly Weight[]> {
  const byNode = new Map<Node, Weight[]>();
  for (const weight of model.weights()) {
    const reader = readerOf(weight);
    if (reader === undefined) continue;
    const weights = byNode.get(reader) ?? [];
    weights.push(weight);
    byNode.set(reader, weights);
  }
  return byNode;
}

function layerOf([node, weights]: readonly [Node, readonly Weight[]]): LayerSize {
  return {
    node: node.label,
    opType: operatorName(node),
    parameters: weights.reduce((sum, { tensor }) => sum + elementCount(tensor.dims), 0),
    weightBytes: weights.reduce((sum, { tensor }) => sum + tensor.byteLength, 0),
    weights: weights.map(({ name, tensor: { dataType, dims } }) => ({ name, dataType, dims })),
  };
}

/** Nodes that read weights, the largest first. */
export function layerSizes(model: Model): readonly LayerSize[] {
  return [...weightsByNode(model)].map(layerOf).sort((a, b) => b.weightBytes - a.weightBytes);
}

/** Operator types, those with the most weight bytes first. */
export function operatorSizes(model: Model, layers: readonly LayerSize[]): readonly OperatorSize[] {
  const sizes = new Map<string, OperatorSize>();
  const add = (opType: string, nodes: number, parameters: number, weightBytes: number) => {
    const known = sizes.get(opType) ?? { opType, nodes: 0, parameters: 0, weightBytes: 0 };
    sizes.set(opType, {
      opType,
      nodes: known.nodes + nodes,
      parameters: known.parameters + parameters,
      weightBytes: known.weightBytes + weightBytes,
    });
  };
  for (const node of model.nodes()) add(operatorName(node), 1, 0, 0);
  for (const { opType, parameters, weightBytes } of layers) add(opType, 0, parameters, weightBytes);
  return [...sizes.values()].sort((a, b) => b.weightBytes - a.weightBytes || b.nodes - a.nodes);
}
