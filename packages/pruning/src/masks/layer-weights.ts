import { matchNodes, type NodeSelection, type Skip } from '@onnx-compress/core';
import type { DataType, Model, Node, Value, Weight } from '@onnx-compress/graph';
import * as reasons from '../reasons.js';

/** The axis of a weight that a layer sums over. */
interface SummedAxis {
  readonly axis: number;
  /** How many positions in a row belong to one sum: with groups, those of one group. */
  readonly span: number;
}

/** A weight of layers that multiply by it. */
export interface LayerWeight {
  /** The first layer that reads it. */
  readonly node: Node;
  readonly weight: Weight;
  /** Undefined where the layers that share it sum over different axes. */
  readonly summed: SummedAxis | undefined;
}

/** The weights of the wanted layers, and the layers that have none to mask. */
export interface LayerWeights {
  readonly weights: readonly LayerWeight[];
  readonly skipped: readonly Skip[];
}

/** Which axis of an operand the layer sums over, as its operator defines. */
type SummedOver = (node: Node, rank: number) => number;

/** The inputs that hold weights, without biases, of the layers whose weights are masked. */
const WEIGHTS: ReadonlyMap<string, Readonly<Record<number, SummedOver>>> = new Map<string, Record<number, SummedOver>>([
  ['Conv', { 1: () => 1 }],
  ['ConvTranspose', { 1: () => 0 }],
  ['Gemm', { 0: (node) => 1 - node.int('transA', 0), 1: (node) => node.int('transB', 0) }],
  ['MatMul', { 0: (_, rank) => rank - 1, 1: (_, rank) => Math.max(0, rank - 2) }],
  ['LSTM', { 1: () => 2, 2: () => 2 }],
  ['GRU', { 1: () => 2, 2: () => 2 }],
  ['RNN', { 1: () => 2, 2: () => 2 }],
]);

const FLOATS: ReadonlySet<DataType> = new Set(['float32', 'float16', 'bfloat16', 'float64']);

/** The input slots of a layer that hold weights and no biases; empty for any other node. */
export function weightInputs(node: Node): readonly number[] {
  const standard = node.domain === '' || node.domain === 'ai.onnx';
  return standard ? Object.keys(WEIGHTS.get(node.opType) ?? {}).map(Number) : [];
}

/** A weight as an operand sees it: behind what converts it, and which of its axes each axis of the operand is. */
interface Found {
  readonly weight: Weight;
  readonly axes: readonly number[];
}

/** Follows an operand back to its weight; `quantized` where integers are dequantized on the way. */
function behind(operand: Value | undefined): Found | 'quantized' | undefined {
  if (operand?.weight !== undefined) {
    const { weight } = operand;
    if (!FLOATS.has(weight.tensor.dataType)) return 'quantized';
    return { weight, axes: [...weight.tensor.dims.keys()] };
  }
  const producer = operand?.producer;
  if (producer?.opType === 'DequantizeLinear') return producer.input(0)?.weight && 'quantized';
  if (producer?.opType === 'Identity' || producer?.opType === 'Cast') return behind(producer.input(0));
  if (producer?.opType !== 'Transpose') return undefined;
  const found = behind(producer.input(0));
  if (found === undefined || found === 'quantized') return found;
  const order = producer.ints('perm') ?? [...found.axes.keys()].reverse();
  return { weight: found.weight, axes: order.flatMap((axis) => found.axes[axis] ?? []) };
}

function summedAxis(node: Node, input: number, { weight, axes }: Found): SummedAxis | undefined {
  const operandAxis = WEIGHTS.get(node.opType)?.[input]?.(node, axes.length) ?? 0;
  const axis = axes[operandAxis];
  const size = axis === undefined ? undefined : weight.tensor.dims[axis];
  if (axis === undefined || size === undefined) return undefined;
  return { axis, span: node.opType === 'ConvTranspose' ? size / node.int('group', 1) : size };
}

/** What one node adds: the weights that it reads, or why it has none. */
function weightsOf(node: Node): { readonly found: readonly LayerWeight[]; readonly reason: string | undefined } {
  const inputs = weightInputs(node);
  const operands = inputs.map((input) => ({ input, found: behind(node.input(input)) }));
  const found = operands.flatMap(({ input, found: own }) =>
    own === undefined || own === 'quantized'
      ? []
      : [{ node, weight: own.weight, summed: summedAxis(node, input, own) }],
  );
  if (inputs.length === 0 || found.length > 0) return { found, reason: undefined };
  const quantized = operands.some(({ found: own }) => own === 'quantized');
  return { found, reason: quantized ? reasons.quantizedWeight() : reasons.notWeighted() };
}

const same = (first: SummedAxis | undefined, second: SummedAxis | undefined) =>
  first?.axis === second?.axis && first?.span === second?.span;

/** Finds the weights of the wanted layers in all scopes, each once. One that a skipped layer shares is left alone. */
export function layerWeights(model: Model, nodes: NodeSelection): LayerWeights {
  const [wanted, allowed] = [matchNodes(nodes), matchNodes({ include: [], skip: nodes.skip })];
  const weights = new Map<Weight, LayerWeight>();
  const kept = new Set<Weight>();
  const skipped: Skip[] = [];
  for (const node of model.nodes()) {
    const { found, reason } = weightsOf(node);
    if (reason !== undefined && wanted(node.label)) skipped.push({ node: node.label, reason });
    for (const own of found) {
      if (!allowed(node.label)) kept.add(own.weight);
      if (!wanted(node.label)) continue;
      const first = weights.get(own.weight) ?? own;
      weights.set(own.weight, same(first.summed, own.summed) ? first : { ...first, summed: undefined });
    }
  }
  return { weights: [...weights.values()].filter(({ weight }) => !kept.has(weight)), skipped };
}
