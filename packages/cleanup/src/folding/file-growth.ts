import type { Node, Value } from '@onnx-compress/graph';
import { type ConstantPart, usedOnlyBy } from './parts.js';

/** Protobuf framing of a node, a tensor, a name and an attribute, in bytes. */
const NODE = 6;
const TENSOR = 14;
const NAME = 2;
const ATTRIBUTE = 12;

/** True when the results of a part take more of the file than its nodes and the weights that only it reads. */
export function growsFile(part: ConstantPart, bytes: ReadonlyMap<Value, number>): boolean {
  const members = new Set(part.nodes);
  const own = [...part.weights].filter(([value]) => usedOnlyBy(value, members));
  const freed =
    part.nodes.reduce((sum, node) => sum + nodeBytes(node), 0) +
    own.reduce((sum, [value, { tensor }]) => sum + tensorBytes(value.name, tensor.byteLength), 0);
  const added = part.results.reduce(
    (sum, value) => sum + tensorBytes(value.name, bytes.get(value) ?? Number.POSITIVE_INFINITY),
    0,
  );
  return added > freed;
}

/** Bytes that a node takes in the file, about. */
export function nodeBytes(node: Node): number {
  const names = [node.opType, node.name, ...node.inputs, ...node.outputs];
  return NODE + names.reduce((sum, name) => sum + NAME + name.length, 0) + ATTRIBUTE * node.attributeNames().length;
}

/** Bytes that an initializer takes in the file, about. */
export function tensorBytes(name: string, dataBytes: number): number {
  return TENSOR + NAME + name.length + dataBytes;
}
