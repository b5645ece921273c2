import type { Skip } from '@onnx-compress/core';
import { type DataType, type Model, type Node, type Value, type Weight, weightBehind } from '@onnx-compress/graph';
import { alreadyQuantized, insideFunction, recurrentLayer, sparseWeight, unsupportedType } from '../messages.js';
import type { Layer } from './layer.js';
import { LAYER_RULES, QUANTIZED_OPERATORS, RECURRENT_OPERATORS } from './layer-rules.js';

/** What a model holds for a weight quantizer: the layers it can work on, and the ones it must leave, with the reason. */
export interface Inventory {
  readonly layers: readonly Layer[];
  readonly skipped: readonly Skip[];
}

const FLOAT_TYPES: ReadonlySet<DataType> = new Set(['float32', 'float16', 'float64', 'bfloat16']);

/**
 * Lists the weighted layers of the nodes that `selected` accepts, subgraphs included, in graph order.
 *
 * @param selected receives the label of a node.
 */
export function findLayers(model: Model, selected: (label: string) => boolean): Inventory {
  const layers: Layer[] = [];
  const skipped: Skip[] = [];
  for (const node of model.nodes()) {
    if (!selected(node.label) || (node.domain !== '' && !QUANTIZED_OPERATORS.has(node.opType))) continue;
    const found = layersOf(node);
    const reason = reasonToLeave(node, found);
    if (reason !== undefined) skipped.push({ node: node.label, reason });
    else layers.push(...found);
  }
  return { layers, skipped };
}

function layersOf(node: Node): readonly Layer[] {
  const rule = LAYER_RULES[node.opType];
  if (rule === undefined) return [];
  return [...node.inputs.keys()].flatMap((inputIndex) => {
    const weight = weightBehind(node.input(inputIndex));
    const slot = weight && isFloat(weight) ? rule(node, inputIndex, weight.tensor.dims) : undefined;
    return weight && slot ? [{ ...slot, node, inputIndex, weight }] : [];
  });
}

/** Index tables and shape constants are no weights; integers of few bits are somebody's quantized weights. */
function isFloat({ tensor }: Weight): boolean {
  return /^b?float/.test(tensor.dataType);
}

function reasonToLeave(node: Node, layers: readonly Layer[]): string | undefined {
  if (QUANTIZED_OPERATORS.has(node.opType)) return alreadyQuantized();
  if (RECURRENT_OPERATORS.has(node.opType)) return recurrentLayer(node.opType);
  if (node.opType in LAYER_RULES && readsQuantized(node)) return alreadyQuantized();
  if (layers.length > 0 && node.graph.kind === 'function') return insideFunction();
  for (const { weight } of layers) {
    if (weight.form === 'sparse') return sparseWeight();
    if (!FLOAT_TYPES.has(weight.tensor.dataType)) return unsupportedType(weight.tensor.dataType);
  }
  return undefined;
}

/** True where an input is a dequantized constant, in the standard form or in the one that is restored at load. */
function readsQuantized(node: Node): boolean {
  return node.inputs.some((_, index) => isDequantized(node.input(index)));
}

function isDequantized(value: Value | undefined): boolean {
  const producer = value?.producer;
  const source = weightBehind(producer?.input(0));
  switch (producer?.opType) {
    case 'DequantizeLinear':
      return source !== undefined;
    case 'Cast':
      return isLowBit(source) || isDequantized(producer.input(0));
    case 'Mul':
      return isLowBit(weightBehind(producer.input(0)?.producer?.input(0))) && isCast(producer.input(0));
    case 'Gather':
      return isLowBit(source);
    default:
      return false;
  }
}

function isCast(value: Value | undefined): boolean {
  return value?.producer?.opType === 'Cast';
}

function isLowBit(weight: Weight | undefined): boolean {
  return weight !== undefined && /^u?int[248]$/.test(weight.tensor.dataType);
}
