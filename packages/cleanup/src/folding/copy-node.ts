import { type AttributeValue, GraphError, type Node, type NodeSpec, present } from '@onnx-compress/graph';

type Reader = (node: Node, name: string) => AttributeValue | undefined;

const READERS: readonly Reader[] = [
  (node, name) => wrap(node.int(name), (int) => ({ int })),
  (node, name) => wrap(node.ints(name), (ints) => ({ ints })),
  (node, name) => wrap(node.float(name), (float) => ({ float })),
  (node, name) => wrap(node.floats(name), (floats) => ({ floats })),
  (node, name) => wrap(node.string(name), (string) => ({ string })),
  (node, name) => wrap(node.strings(name), (strings) => ({ strings })),
  (node, name) => wrap(node.tensor(name), (tensor) => ({ tensor })),
];

/** Describes a node so that it can be added to another model. */
export function copyOf(node: Node): NodeSpec {
  const attributes = Object.fromEntries(node.attributeNames().map((name) => [name, attributeOf(node, name)]));
  return { opType: node.opType, inputs: node.inputs, outputs: node.outputs, attributes };
}

/** The typed readers of a node refuse an attribute of another type, which tells its type. */
function attributeOf(node: Node, name: string): AttributeValue {
  for (const read of READERS) {
    const value = attempt(() => read(node, name));
    if (value !== undefined) return value;
  }
  return present<AttributeValue>(undefined, `attribute ${name} of ${node.label}`);
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof GraphError) return undefined;
    throw error;
  }
}

function wrap<T>(value: T | undefined, tag: (value: T) => AttributeValue): AttributeValue | undefined {
  return value === undefined ? undefined : tag(value);
}
