import { executionOrder, type Model, type Node, type Value, weightBehind } from '@onnx-compress/graph';

/** The values that a node reads, and those that its subgraphs do. */
export function* valuesRead(node: Node): Iterable<Value> {
  for (const index of node.inputs.keys()) {
    const value = node.input(index);
    if (value !== undefined) yield value;
  }
  for (const { graph } of node.subgraphs()) for (const inner of graph.nodes) yield* valuesRead(inner);
}

/** Whether a node works with other constants than its counterpart; taken for true where it has subgraphs. */
function hasOtherConstants(node: Node, counterpart: Node): boolean {
  if (node.subgraphs().length > 0) return true;
  return [...node.inputs.keys()].some(
    (index) => weightBehind(node.input(index))?.tensor !== weightBehind(counterpart.input(index))?.tensor,
  );
}

/**
 * The values of the main graph of a changed model that may differ from those of the original: computed by a node that
 * the original has not, or not with the same constants, and everything computed from them. Nodes are told by their label.
 */
export function changedValues(original: Model, changed: Model): ReadonlySet<Value> {
  const counterparts = new Map(original.graph.nodes.map((node) => [node.label, node]));
  const values = new Set<Value>();
  for (const node of executionOrder(changed.graph)) {
    const counterpart = counterparts.get(node.label);
    const differs =
      counterpart?.opType !== node.opType ||
      hasOtherConstants(node, counterpart) ||
      [...valuesRead(node)].some((value) => values.has(value));
    if (!differs || node.constant !== undefined) continue;
    for (const index of node.outputs.keys()) {
      const output = node.output(index);
      if (output !== undefined) values.add(output);
    }
  }
  return values;
}
