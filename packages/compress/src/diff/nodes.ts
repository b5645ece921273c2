import type { Node, Value } from '@onnx-compress/graph';
import { attributeText, operator } from './operator.js';
import type { NodePair, PairedNodes } from './pair-nodes.js';

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

/** A node that stands in the place of another one of the same operator, under another name. */
export interface NodeRename {
  readonly before: string;
  readonly after: string;
  readonly opType: string;
  /** What differs besides names, as in {@link NodeChange}; `inputs` where it reads something else. */
  readonly differs: readonly string[];
}

/** Nodes: only in the second model, only in the first one, in both but not alike, in both under different names. */
export interface NodeDifference {
  readonly added: readonly NodeEntry[];
  readonly removed: readonly NodeEntry[];
  readonly changed: readonly NodeChange[];
  readonly renamed: readonly NodeRename[];
}

/** Which value of the second model is taken for one of the first. */
export type Counterparts = ReadonlyMap<Value, Value>;

function attributesThatDiffer(before: Node, after: Node): readonly string[] {
  const names = new Set([...before.attributeNames(), ...after.attributeNames()]);
  return [...names].filter(
    (name) =>
      before.hasAttribute(name) !== after.hasAttribute(name) ||
      attributeText(before, name) !== attributeText(after, name),
  );
}

function readsTheSame(before: Node, after: Node, counterparts: Counterparts): boolean {
  if (before.inputs.length !== after.inputs.length) return false;
  return before.inputs.every((name, index) => {
    const [first, second] = [before.input(index), after.input(index)];
    const counterpart = first && counterparts.get(first);
    return counterpart ? counterpart === second : name === after.inputs[index];
  });
}

function makesTheSame({ before, after, by }: NodePair): boolean {
  return by === 'name'
    ? before.outputs.join('\n') === after.outputs.join('\n')
    : before.outputs.length === after.outputs.length;
}

function differences(pair: NodePair, counterparts: Counterparts): readonly string[] {
  const { before, after } = pair;
  return [
    ...(operator(before) === operator(after) ? [] : ['opType']),
    ...(readsTheSame(before, after, counterparts) ? [] : ['inputs']),
    ...(makesTheSame(pair) ? [] : ['outputs']),
    ...attributesThatDiffer(before, after),
  ];
}

/** A nameless node is not renamed when nodes before it come or go, though its label is. */
const isRenamed = ({ before, after, by }: NodePair) => by === 'place' && (before.name !== '' || after.name !== '');

const entry = (node: Node): NodeEntry => ({ node: node.label, opType: operator(node) });

/** Compares paired nodes: operator, connections, and attributes that are plain data. */
export function diffNodes({ pairs, removed, added }: PairedNodes, counterparts: Counterparts): NodeDifference {
  const changed: NodeChange[] = [];
  const renamed: NodeRename[] = [];
  for (const pair of pairs) {
    const { before, after } = pair;
    const differs = differences(pair, counterparts);
    if (isRenamed(pair)) {
      renamed.push({ before: before.label, after: after.label, opType: operator(before), differs });
    } else if (differs.length > 0) changed.push({ node: before.label, differs });
  }
  return { added: added.map(entry), removed: removed.map(entry), changed, renamed };
}
