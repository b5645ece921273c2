import { type DataType, elementCount, type Node, type Value, type Weight, weightBehind } from '@onnx-compress/graph';
import * as reasons from '../reasons.js';
import type { Refusal } from './site.js';

/** Types of weights that can be factored; the factors keep them. */
type FloatType = 'float32' | 'float16' | 'float64' | 'bfloat16';

/** A constant of floats in the main graph that one node alone reads. */
export interface LayerWeight {
  readonly weight: Weight;
  readonly dataType: FloatType;
  readonly dims: readonly number[];
}

function isFloat(dataType: DataType): dataType is FloatType {
  return dataType === 'float32' || dataType === 'float16' || dataType === 'float64' || dataType === 'bfloat16';
}

/** Whether anything else reads the constant, or one of the Identity nodes behind it. */
function isShared(value: Value | undefined): boolean {
  for (let current = value; current !== undefined; current = current.producer.input(0)) {
    if (current.uses.length > 1) return true;
    if (current.producer?.opType !== 'Identity') return false;
  }
  return false;
}

function scopeReason({ graph }: Node): string | undefined {
  if (graph.kind === 'main') return undefined;
  return graph.owner === undefined ? reasons.insideFunction(graph.name) : reasons.insideBody(graph.owner.node.label);
}

function refusalOf(node: Node, index: number, weight: Weight): string | undefined {
  const scope = scopeReason(node);
  if (scope !== undefined) return scope;
  if (weight.form === 'sparse') return reasons.sparseWeight(weight.name);
  return isShared(node.input(index)) ? reasons.sharedWeight(weight.name) : undefined;
}

/**
 * The float constant at an input of a node, seen through Identity nodes, or why it cannot be factored; undefined where
 * the input is no constant or one of another type, as quantized weights are.
 */
export function layerWeight(node: Node, index: number): LayerWeight | Refusal | undefined {
  const weight = weightBehind(node.input(index));
  if (weight === undefined) return undefined;
  const { dataType, dims } = weight.tensor;
  if (!isFloat(dataType) || elementCount(dims) === 0) return undefined;
  const reason = refusalOf(node, index, weight);
  return reason === undefined ? { weight, dataType, dims } : { reason };
}

/** As `layerWeight`, for an operator whose input is always its weight: one that is no constant is refused. */
export function ownWeight(node: Node, index: number): LayerWeight | Refusal | undefined {
  const value = node.input(index);
  const isComputed = value !== undefined && weightBehind(value) === undefined;
  if (isComputed && value.producer?.opType !== 'DequantizeLinear') return { reason: reasons.computedWeight() };
  return layerWeight(node, index);
}

/** Whether a layer was found but is to stay as it is. */
export function isRefusal(found: object): found is Refusal {
  return 'reason' in found;
}
