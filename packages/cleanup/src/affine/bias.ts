import { type DataType, elementCount, floatsToTensor, type Node, readFloats, type Weight } from '@onnx-compress/graph';
import { tensorBytes } from '../folding/file-growth.js';
import { constantBehind, isFixed, isFloatType } from '../graph-edits/constant.js';
import type { WeightChange } from './layer-side.js';

/**
 * The constant bias at an input of a node, one number per channel; zeros where it has none.
 *
 * @returns undefined when it is computed, or does not have one number per channel.
 */
export async function readBias(node: Node, index: number, channels: number): Promise<Float64Array | undefined> {
  if (!node.inputs[index]) return new Float64Array(channels);
  const weight = constantBehind(node.input(index));
  if (weight === undefined) return undefined;
  const { dims } = weight.tensor;
  const perChannel = elementCount(dims) === channels && dims.at(-1) === channels;
  if (!perChannel && elementCount(dims) !== 1) return undefined;
  const values = await readFloats(weight.tensor);
  return Float64Array.from({ length: channels }, (_, channel) => values[perChannel ? channel : 0] ?? 0);
}

/**
 * Plans to give a node this bias: in place of a constant that only it reads, otherwise as a weight of its own. Zeros
 * are not stored where there is no bias.
 */
export function planBias(node: Node, index: number, values: Float64Array, dataType: DataType): WeightChange {
  if (!isFloatType(dataType)) throw new TypeError(`cannot store a bias of type ${dataType}`);
  if (!node.inputs[index] && values.every((value) => value === 0)) return { growth: 0, apply: () => undefined };
  const tensor = floatsToTensor(dataType, [values.length], Float32Array.from(values));
  const old = replaceable(node, index);
  if (old) {
    return { growth: tensor.byteLength - old.tensor.byteLength, apply: () => old.replace(tensor) };
  }
  const base = `${node.outputs[0] ?? node.label}_bias`;
  return {
    growth: tensorBytes(base, tensor.byteLength),
    apply: () => node.setInput(index, node.graph.addWeight(node.graph.uniqueName(base), tensor).value),
  };
}

function replaceable(node: Node, index: number): Weight | undefined {
  const weight = node.input(index)?.weight;
  return weight && weight.value.uses.length === 1 && isFixed(weight) && weight.form !== 'sparse' ? weight : undefined;
}
