import type { NodeSpec } from '@onnx-compress/graph';

/** Protobuf framing of a node, of a tensor, of one name and of one integer attribute, in bytes; measured on files. */
const NODE = 6;
const TENSOR = 14;
const NAME = 2;
const ATTRIBUTE = 14;

/** About how many bytes a node adds to the file. */
export function nodeBytes({ opType, name = '', inputs, outputs, attributes = {} }: NodeSpec): number {
  const names = [opType, name, ...inputs, ...outputs].reduce((sum, name) => sum + NAME + name.length, 0);
  return NODE + names + ATTRIBUTE * Object.keys(attributes).length;
}

/** About how many bytes an initializer adds to the file: its data, its name and its dimensions. */
export function tensorBytes(name: string, rank: number, dataBytes: number): number {
  return TENSOR + NAME + name.length + 2 * rank + dataBytes;
}
