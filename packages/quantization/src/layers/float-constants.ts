import type { Skip } from '@onnx-compress/core';
import type { Model, Node, Value, Weight } from '@onnx-compress/graph';
import {
  alreadyQuantized,
  biasInFloat,
  constantOfOperator,
  elementwiseInFloat,
  normalizationInFloat,
  unreadConstant,
} from '../messages.js';
import type { ConstantSources } from './constant-sources.js';
import type { InputSlot } from './layer.js';
import { QUANTIZED_OPERATORS } from './layer-rules.js';
import { isFloat, isRestored } from './quantized-constant.js';

/** Smaller ones would not shrink by what is worth a word. */
const SMALLEST = 1024;

/** Where operators have their bias. */
const BIASES: Readonly<Record<string, number>> = {
  Attention: 2,
  Conv: 2,
  ConvTranspose: 2,
  FusedConv: 2,
  FusedGemm: 2,
  Gemm: 2,
  GRU: 3,
  LSTM: 3,
  RNN: 3,
};

const ELEMENTWISE: ReadonlySet<string> = new Set(['Add', 'Sub', 'Mul', 'Div', 'Pow', 'PRelu', 'Where', 'Min', 'Max']);

/**
 * Float constants of a kilobyte or more that are not among `weights`, each with its reader and the reason that it
 * stays as it is, so that nothing is passed over in silence.
 *
 * @param selected receives the label of a node; constants that only other nodes read are left out.
 */
export function floatConstants(
  model: Model,
  weights: ReadonlySet<Weight>,
  sources: ConstantSources,
  selected: (label: string) => boolean,
): readonly Skip[] {
  return [...model.weights()].flatMap((weight) => {
    if (weights.has(weight) || !isFloat(weight) || weight.tensor.byteLength < SMALLEST) return [];
    const readers = readersOf(weight.value, sources);
    if (readers.length === 0) return [{ node: weight.name, reason: unreadConstant() }];
    const reader = readers.find(({ node }) => selected(node.label));
    return reader === undefined ? [] : [{ node: reader.node.label, reason: reasonFor(weight.name, reader) }];
  });
}

function reasonFor(tensor: string, { node, index }: InputSlot): string {
  const { opType } = node;
  if (QUANTIZED_OPERATORS.has(opType) || opType.endsWith('QuantizeLinear') || opType === 'DequantizeLinear')
    return alreadyQuantized();
  if (isRestored(node)) return alreadyQuantized();
  if (BIASES[opType] === index) return biasInFloat(tensor);
  if (opType.endsWith('Normalization')) return normalizationInFloat(tensor);
  if (ELEMENTWISE.has(opType)) return elementwiseInFloat(tensor);
  return constantOfOperator(tensor, opType);
}

/** Who computes with a value, seen through nodes that only move its elements; a graph output is read by its producer. */
function readersOf(value: Value, sources: ConstantSources, seen = new Set<Node>()): readonly InputSlot[] {
  return value.uses.flatMap((use) => {
    if (use.kind === 'output') return use.graph.owner ? [{ node: use.graph.owner.node, index: 0 }] : [];
    if (!sources.movesConstants(use.node)) return [use];
    if (seen.has(use.node)) return [];
    seen.add(use.node);
    const behind = use.node.outputs.flatMap((_, index) => {
      const output = use.node.output(index);
      return output === undefined ? [] : readersOf(output, sources, seen);
    });
    return behind.length === 0 ? [use] : behind;
  });
}
