import type { Matrix } from '@onnx-compress/core';
import { type AttributeValue, floatsToTensor, type Node, present, removeUnused } from '@onnx-compress/graph';
import type { LayerWeight } from './layer-weight.js';

/** Attributes of a node to add. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/**
 * Adds a factor of a weight to the graph, in the type of the weight and named after it and the part that it is.
 *
 * @param dims of the new weight, which holds the numbers of the factor in their order
 * @returns its name
 */
export function addFactor(
  { weight, dataType }: LayerWeight,
  part: string,
  factor: Matrix,
  dims: readonly number[] = [factor.rows, factor.columns],
): string {
  const { graph } = weight;
  const name = graph.uniqueName(`${weight.name}_${part}`);
  return graph.addWeight(name, floatsToTensor(dataType, dims, factor.values)).name;
}

/** The first output of a node that computes something. */
export function outputOf(node: Node): string {
  return present(node.outputs[0], `output of ${node.label}`);
}

/**
 * Puts a layer of the same operator in front of a node, named after it and the part that it computes.
 *
 * @returns the name of what it computes
 */
export function insertBefore(node: Node, part: string, inputs: readonly string[], attributes: Attributes): string {
  const { graph, label, opType } = node;
  const output = graph.uniqueName(`${outputOf(node)}_${part}`);
  const name = graph.model.uniqueNodeName(`${label}/${part}`);
  graph.addNode({ opType, name, inputs, outputs: [output], attributes }, { before: node });
  return output;
}

/** Feeds a node with another weight and takes the old one out of the file. */
export function replaceWeight(node: Node, index: number, name: string): void {
  const old = node.input(index);
  node.setInput(index, name);
  if (old !== undefined) removeUnused(old);
}
