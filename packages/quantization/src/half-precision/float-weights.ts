import type { Skip } from '@onnx-compress/core';
import {
  elementCount,
  type Model,
  type Node,
  present,
  type Tensor,
  type Value,
  type Weight,
} from '@onnx-compress/graph';
import { QUANTIZED_OPERATORS } from '../layers/layer-rules.js';
import { isRestored } from '../layers/quantized-constant.js';
import { alreadyQuantized, sparseWeight } from '../messages.js';
import { alreadyHalf, alsoReadByOther, isGraphOutput } from './reasons.js';

/** A constant of float32 or float64, and the nodes that read it. */
export interface FloatWeight {
  readonly weight: Weight;
  /** The weight as the file held it. */
  readonly tensor: Tensor & { readonly dataType: 'float32' | 'float64' };
  /** Seen through Identity and Cast nodes; at least one. */
  readonly readers: readonly [Node, ...Node[]];
}

/** What a model holds for a scheme of two bytes: weights it can work on, and what must stay, with the reason. */
export interface FloatWeights {
  readonly weights: readonly FloatWeight[];
  readonly skipped: readonly Skip[];
  /** How many weights have two bytes a value already. */
  readonly halves: number;
}

/**
 * Lists the float weights of all scopes that are read by nodes which `selected` accepts. Single numbers are no weights.
 *
 * @param selected receives the label of a node
 */
export function findFloatWeights(model: Model, selected: (label: string) => boolean): FloatWeights {
  const weights: FloatWeight[] = [];
  const skipped: Skip[] = [];
  let halves = 0;
  for (const weight of model.weights()) {
    const { tensor } = weight;
    const readers = readersOf(weight.value);
    const [first, ...others] = readers.filter(({ label }) => selected(label));
    if (first === undefined || !/^b?float(16|32|64)$/.test(tensor.dataType) || elementCount(tensor.dims) < 2) continue;
    if (!isWide(tensor)) halves++;
    const reason = reasonToLeave(weight, readers, selected);
    if (reason === undefined && isWide(tensor)) weights.push({ weight, tensor, readers: [first, ...others] });
    else if (reason !== undefined) skipped.push(...[first, ...others].map(({ label }) => ({ node: label, reason })));
  }
  return { weights, skipped, halves };
}

function isWide(tensor: Tensor): tensor is FloatWeight['tensor'] {
  return tensor.dataType === 'float32' || tensor.dataType === 'float64';
}

function reasonToLeave(
  weight: Weight,
  readers: readonly Node[],
  selected: (label: string) => boolean,
): string | undefined {
  const { name, tensor } = weight;
  if (weight.form === 'sparse') return sparseWeight();
  if (readers.some((node) => isQuantized(node))) return alreadyQuantized();
  if (!isWide(tensor)) return alreadyHalf(name, tensor.dataType);
  if (weight.value.uses.some(({ kind }) => kind === 'output')) return isGraphOutput(name);
  const other = readers.find(({ label }) => !selected(label));
  return other === undefined ? undefined : alsoReadByOther(name, other.label);
}

/** Nodes that pass a weight on. */
const PASSED_ON: ReadonlySet<string> = new Set(['Identity', 'Cast']);

/** The nodes that read a value, once each, seen through Identity and Cast nodes. */
function readersOf(value: Value): readonly Node[] {
  const readers = value.uses.flatMap((use) => {
    if (use.kind === 'output') return [];
    if (!PASSED_ON.has(use.node.opType)) return [use.node];
    return readersOf(present(use.node.output(0), `output of ${use.node.label}`));
  });
  return [...new Set(readers)];
}

/** Operators that compute with integers or turn them into floats; what they read as floats are scales. */
const SCALED_OPERATORS: ReadonlySet<string> = new Set([...QUANTIZED_OPERATORS, 'DequantizeLinear', 'QuantizeLinear']);

/** True for a node that a scale makes part of a quantized layer; a scale rounded would change all of its weights. */
export function isQuantized(node: Node): boolean {
  return (
    SCALED_OPERATORS.has(node.opType) ||
    isRestored(node) ||
    (node.opType === 'Mul' && node.inputs.some((_, i) => isUnscaled(node, i)))
  );
}

/** An integer weight that was only cast, two bits more or none, or the scale of activations quantized at run time. */
function isUnscaled(node: Node, index: number): boolean {
  const direct = node.input(index)?.producer;
  const producer = direct?.opType === 'Add' ? direct.input(0)?.producer : direct;
  if (producer?.opType === 'DynamicQuantizeLinear') return true;
  if (producer?.opType !== 'Cast') return false;
  const source = producer.input(0);
  return /^u?int\d/.test(source?.weight?.tensor.dataType ?? '') || source?.producer?.opType === 'MatMulInteger';
}
