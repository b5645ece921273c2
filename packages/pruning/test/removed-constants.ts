import type { Change } from '@onnx-compress/core';
import { elementCount, floatsToTensor, int64Tensor, type Node, present, type Tensor } from '@onnx-compress/graph';
import type { Masking } from './oracle.js';

/** What the report says that the removed channels held, in their order; undefined where it says nothing. */
export function constantsOf({ constants }: Change): readonly number[] | undefined {
  return Array.isArray(constants) ? constants.map(Number) : undefined;
}

/** Zeros around the data as a node of its own, so that what is added behind it reaches the borders too. */
function insertPadding(node: Node): void {
  const { graph } = node;
  const pads = node.ints('pads') ?? [];
  if (node.opType !== 'Conv' || pads.every((size) => size === 0)) return;
  const half = pads.length / 2;
  const sizes = [0, 0, ...pads.slice(0, half), 0, 0, ...pads.slice(half)];
  const operand = graph.addWeight(graph.uniqueName('pads'), int64Tensor([sizes.length], sizes));
  const padded = graph.uniqueName('padded');
  graph.addNode(
    { opType: 'Pad', inputs: [present(node.inputs[0], 'data'), operand.name], outputs: [padded] },
    { before: node },
  );
  node.setInput(0, padded);
  node.removeAttribute('pads');
}

/**
 * Puts constants in the place of removed channels of a node's input, where zeros were put before. A bias has the same
 * part of them at every position, so they stand in the padding of a convolution too.
 */
export function insertConstants(masking: Masking, constants: readonly number[], dataType: Tensor['dataType']): void {
  const { node, input, axisFromEnd, size, removed } = masking;
  if (constants.length !== removed.size) throw new Error(`${constants.length} constants for ${removed.size} channels`);
  if (dataType !== 'float32' && dataType !== 'float16') throw new Error(`no constants of type ${dataType}`);
  insertPadding(node);
  const dims = [size, ...Array<number>(axisFromEnd - 1).fill(1)];
  const values = new Float32Array(elementCount(dims));
  for (const [index, channel] of [...removed].entries()) values[channel] = constants[index] ?? Number.NaN;
  const { graph } = node;
  const held = graph.addWeight(graph.uniqueName('held'), floatsToTensor(dataType, dims, values));
  const filled = graph.uniqueName('filled');
  const source = present(node.inputs[input], 'input');
  graph.addNode({ opType: 'Add', inputs: [source, held.name], outputs: [filled] }, { before: node });
  node.setInput(input, filled);
}
