import type { Change } from '@onnx-compress/core';
import {
  elementCount,
  floatsToTensor,
  type Model,
  type Node,
  present,
  readFloats,
  type Tensor,
} from '@onnx-compress/graph';

/** Operators of which zero weights and biases make a channel that is zero, or that keep it so. */
const ZEROING = new Set([
  ...['Add', 'Sub', 'Mul', 'Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'LSTM', 'GRU', 'RNN'],
  ...['Attention', 'MultiHeadAttention', 'GroupQueryAttention'],
]);

/** A copy of a tensor with zeros at some positions of one axis. */
async function zeroedCopy(tensor: Tensor, axis: number, removed: ReadonlySet<number>): Promise<Tensor> {
  const { dataType, dims } = tensor;
  if (dataType !== 'float32' && dataType !== 'float16') throw new Error(`no zeros of type ${dataType}`);
  const inner = elementCount(dims.slice(axis + 1));
  const size = present(dims[axis], 'axis');
  const isGone = (element: number) => removed.has(Math.floor(element / inner) % size);
  return floatsToTensor(
    dataType,
    dims,
    (await readFloats(tensor)).map((value, index) => (isGone(index) ? 0 : value)),
  );
}

function slotsOf(node: Node, tensor: string): readonly number[] {
  return [...node.inputs.entries()].filter(([, name]) => name === tensor).map(([slot]) => slot);
}

/**
 * Makes the removed positions of the weights of linear and recurrent layers zero, in place, in a copy of the weight for
 * each reader. What is computed of removed channels only, such as the products of an attention head, is zero then.
 */
export async function zeroRemovedWeights(model: Model, changed: readonly Change[]): Promise<void> {
  const nodes = new Map(Array.from(model.nodes(), (node) => [node.label, node]));
  const copies = new Map<string, string>();
  for (const { node: label, tensor, axis, removed } of changed) {
    const node = nodes.get(label);
    if (node === undefined || !ZEROING.has(node.opType)) continue;
    if (typeof tensor !== 'string' || typeof axis !== 'number' || !Array.isArray(removed)) continue;
    const key = JSON.stringify([label, tensor]);
    const current = copies.get(key) ?? tensor;
    for (const slot of slotsOf(node, current)) {
      const weight = present(node.input(slot)?.weight, current);
      const copy = await zeroedCopy(weight.tensor, axis, new Set(removed.map(Number)));
      const { name } = node.graph.addWeight(node.graph.uniqueName('zeroed'), copy);
      node.setInput(slot, name);
      copies.set(key, name);
    }
  }
}
