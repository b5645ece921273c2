import type { Model, Node } from '@onnx-compress/graph';

/** A node that only one of the models has. */
export interface NodeEntry {
  readonly node: string;
  readonly opType: string;
}

/** A node that both models have under one name, and not alike. */
export interface NodeChange {
  readonly node: string;
  /** What differs: `opType`, `inputs`, `outputs`, or the name of an attribute. */
  readonly differs: readonly string[];
}

/** Nodes by name: only in the second model, only in the first one, in both but not alike. */
export interface NodeDifference {
  readonly added: readonly NodeEntry[];
  readonly removed: readonly NodeEntry[];
  readonly changed: readonly NodeChange[];
}

const operator = ({ domain, opType }: Node) => (domain === '' ? opType : `${domain}.${opType}`);

/** Readers of every attribute type that is plain data; each refuses the other types. */
const READERS: readonly ((node: Node, name: string) => unknown)[] = [
  (node, name) => node.int(name),
  (node, name) => node.ints(name),
  (node, name) => node.float(name),
  (node, name) => node.floats(name),
  (node, name) => node.string(name),
  (node, name) => node.strings(name),
];

/** The attribute as text; empty for tensors and subgraphs, which are compared as weights and nodes. */
function attributeText(node: Node, name: string): string {
  for (const read of READERS) {
    try {
      return JSON.stringify(read(node, name)) ?? '';
    } catch {
      // another type: the next reader
    }
  }
  return '';
}

function attributesThatDiffer(before: Node, after: Node): readonly string[] {
  const names = new Set([...before.attributeNames(), ...after.attributeNames()]);
  return [...names].filter(
    (name) =>
      before.hasAttribute(name) !== after.hasAttribute(name) ||
      attributeText(before, name) !== attributeText(after, name),
  );
}

function differences(before: Node, after: Node): readonly string[] {
  return [
    ...(operator(before) === operator(after) ? [] : ['opType']),
    ...(before.inputs.join('\n') === after.inputs.join('\n') ? [] : ['inputs']),
    ...(before.outputs.join('\n') === after.outputs.join('\n') ? [] : ['outputs']),
    ...attributesThatDiffer(before, after),
  ];
}

const labelled = (model: Model) => new Map([...model.nodes()].map((node) => [node.label, node]));

/** Compares nodes by label: operator, connections, and attributes that are plain data. */
export function diffNodes(before: Model, after: Model): NodeDifference {
  const [first, second] = [labelled(before), labelled(after)];
  const entries = (nodes: ReadonlyMap<string, Node>, others: ReadonlyMap<string, Node>) =>
    [...nodes].filter(([label]) => !others.has(label)).map(([node, found]) => ({ node, opType: operator(found) }));
  const changed = [...first].flatMap(([label, node]) => {
    const other = second.get(label);
    const differs = other === undefined ? [] : differences(node, other);
    return differs.length === 0 ? [] : [{ node: label, differs }];
  });
  return { added: entries(second, first), removed: entries(first, second), changed };
}
