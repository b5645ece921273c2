import type { Node } from '@onnx-compress/graph';
import { present } from '@onnx-compress/graph';

/** Nodes beside integers have no names: they are many, and names would take percents of a small model's file. */
export const UNNAMED = { name: '' } as const;

/** Turns a node into another operator without attributes; its name and its outputs stay, so readers notice nothing. */
export function become(node: Node, opType: string, inputs: readonly string[]): void {
  for (const name of node.attributeNames()) node.removeAttribute(name);
  node.setOp(opType);
  node.setInputs(inputs);
}

/** Adds a node with one output in front of another; the output is named after what `node` computes. */
export function insertBefore(node: Node, opType: string, inputs: readonly string[], purpose: string): string {
  const output = node.graph.uniqueName(`${outputName(node)}_${purpose}`);
  node.graph.addNode({ opType, inputs, outputs: [output] }, { before: node });
  return output;
}

/** Adds a Cast to float32, or to another float type, in front of a node. */
export function castBefore(node: Node, input: string, output: string, type: number): string {
  const name = node.graph.uniqueName(output);
  node.graph.addNode(
    { ...UNNAMED, opType: 'Cast', inputs: [input], outputs: [name], attributes: { to: { int: type } } },
    { before: node },
  );
  return name;
}

/** The first output of a node that computes something. */
export function outputName(node: Node): string {
  return present(node.outputs[0], `output of ${node.label}`);
}
