import { executionOrder, type Graph, type Node, type Tensor, type Value, type Weight } from '@onnx-compress/graph';
import { constantBehind } from '../graph-edits/constant.js';

/** Larger weights are not handed to the runtime, which would hold several copies of them. */
const LARGEST_WEIGHT = 64 * 1024 * 1024;

/**
 * Operators that are never computed ahead: random ones, the storage form of quantized weights, and sequences and
 * optionals, which no initializer can hold. Control flow is left out with every node that has subgraphs.
 */
const KEPT: ReadonlySet<string> = new Set([
  'Bernoulli',
  'Constant',
  'DequantizeLinear',
  'Dropout',
  'DynamicQuantizeLinear',
  'Multinomial',
  'Optional',
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
  'SequenceConstruct',
  'SequenceEmpty',
]);

/** Nodes of one scope that compute from constants only, in order, and the weights they start from. */
export interface ConstantRegion {
  readonly nodes: readonly Node[];
  readonly weights: ReadonlyMap<Value, Weight>;
}

/** Finds every node of a scope whose inputs are constants, directly or through other such nodes. */
export function constantRegion(graph: Graph, selected: (label: string) => boolean): ConstantRegion {
  const nodes: Node[] = [];
  const weights = new Map<Value, Weight>();
  const computed = new Set<Value>();
  for (const node of executionOrder(graph)) {
    if (!selected(node.label) || !isComputable(node)) continue;
    const inputs = inputsOf(node);
    const constants = inputs.filter((value) => !computed.has(value)).map((value) => [value, foldable(value)] as const);
    if (inputs.length === 0 || constants.some(([, weight]) => weight === undefined)) continue;
    nodes.push(node);
    for (const [value, weight] of constants) if (weight) weights.set(value, weight);
    for (const value of outputsOf(node)) computed.add(value);
  }
  return { nodes, weights };
}

/** The values that a node really reads. */
export function inputsOf(node: Node): readonly Value[] {
  return [...node.inputs.keys()].flatMap((index) => node.input(index) ?? []);
}

/** The values that a node really defines. */
export function outputsOf(node: Node): readonly Value[] {
  return [...node.outputs.keys()].flatMap((index) => node.output(index) ?? []);
}

function isComputable(node: Node): boolean {
  if (node.domain !== '' || KEPT.has(node.opType) || node.subgraphs().length > 0) return false;
  const named = node.inputs.filter((name) => name !== '').length;
  if (inputsOf(node).length !== named) return false;
  return outputsOf(node).every((value) => value.uses.every((use) => use.kind === 'input'));
}

function foldable(value: Value): Weight | undefined {
  const weight = constantBehind(value);
  return weight && isReadable(weight.tensor) ? weight : undefined;
}

function isReadable({ dataType, byteLength }: Tensor): boolean {
  return dataType !== 'string' && byteLength <= LARGEST_WEIGHT;
}
