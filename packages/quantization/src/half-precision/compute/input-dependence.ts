import { executionOrder, type Model, type Node, type Value } from '@onnx-compress/graph';
import { readsShape } from './half-operators.js';

/**
 * The nodes whose results follow from constants and from shapes: sizes, scales, position tables. They are computed once
 * or are small, and their numbers are often larger or finer than float16 holds.
 */
export function independentNodes(model: Model): ReadonlySet<Node> {
  const independent = new Set<Node>();
  const isFixed = (value: Value | undefined) =>
    value === undefined ||
    value.weight !== undefined ||
    (value.producer !== undefined && independent.has(value.producer));
  for (const graph of model.walk()) {
    for (const node of executionOrder(graph)) {
      const reads = node.inputs.map((_, index) => node.input(index));
      if (node.subgraphs().length === 0 && (readsShape(node) || reads.every(isFixed))) independent.add(node);
    }
  }
  return independent;
}
