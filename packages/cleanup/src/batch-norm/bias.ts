import { type DataType, elementCount, floatsToTensor, type Node, readFloats } from '@onnx-compress/graph';
import { constantBehind, isFixed, isFloatType } from '../graph-edits/constant.js';

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

/** Gives a node this bias: in place of a constant that only it reads, otherwise as a weight of its own. */
export function writeBias(node: Node, index: number, values: Float64Array, dataType: DataType): void {
  if (!isFloatType(dataType)) throw new TypeError(`cannot store a bias of type ${dataType}`);
  const { graph } = node;
  const tensor = floatsToTensor(dataType, [values.length], Float32Array.from(values));
  const old = node.input(index)?.weight;
  if (old && old.value.uses.length === 1 && isFixed(old) && old.form !== 'sparse') old.replace(tensor);
  else {
    const name = graph.uniqueName(`${node.outputs[0] ?? node.label}_bias`);
    node.setInput(index, graph.addWeight(name, tensor).value);
  }
}
