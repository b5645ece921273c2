import { type Node, weightBehind } from '@onnx-compress/graph';

/** The operator of a node; with its domain where that is not ai.onnx. */
export const operator = ({ domain, opType }: Pick<Node, 'domain' | 'opType'>) =>
  domain === '' ? opType : `${domain}.${opType}`;

/** Readers of every attribute type that is plain data; each refuses the other types. */
const READERS: readonly ((node: Node, name: string) => unknown)[] = [
  (node, name) => node.int(name),
  (node, name) => node.ints(name),
  (node, name) => node.float(name),
  (node, name) => node.floats(name),
  (node, name) => node.string(name),
  (node, name) => node.strings(name),
];

/** Which reader fitted an attribute of this name last: it mostly fits again, and a misfit costs an exception. */
const fitting = new Map<string, number>();

/** The attribute as text; empty for tensors and subgraphs, which are compared as weights and nodes. */
export function attributeText(node: Node, name: string): string {
  const guess = fitting.get(name) ?? 0;
  for (const index of [guess, ...READERS.keys()]) {
    try {
      const text = JSON.stringify(READERS[index]?.(node, name)) ?? '';
      fitting.set(name, index);
      return text;
    } catch {
      // another type: the next reader
    }
  }
  return '';
}

/** Everything about a node but names: operator, attributes, types and shapes of the constants it reads. */
export function signature(node: Node): string {
  const attributes = [...node.attributeNames()].sort().map((name) => `${name}=${attributeText(node, name)}`);
  const inputs = node.inputs.map((name, index) => {
    const tensor = weightBehind(node.input(index))?.tensor;
    return tensor ? `${tensor.dataType}[${tensor.dims.join()}]` : name === '' ? '' : '*';
  });
  return [operator(node), ...attributes, ...inputs, node.outputs.length].join(' ');
}
