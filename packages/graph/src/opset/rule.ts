import { GraphError } from '../error.js';
import type { Node } from '../model/node.js';
import { int64Tensor } from '../tensor/numbers.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * How an operator changed in a way that old nodes notice. `since` is the opset that brought the change; `convert` makes
 * a node of the opset before it mean the same in the new one. Changes that only add types or optional parts need none.
 */
export interface OpsetRule {
  readonly opTypes: readonly string[];
  readonly since: number;
  convert(node: Node): void;
}

/** The error for a node that no rule can bring to a newer opset. */
export function cannotRaise(node: Node, since: number, reason: string): GraphError {
  return new GraphError(
    'OPSET_NO_RULE',
    `${node.opType} node "${node.label}" cannot be brought to opset ${since}: ${reason}`,
    { node: node.label, hint: 'export the model again with a newer opset' },
  );
}

/** Adds a constant beside a node and returns its name. */
export function constantFor(node: Node, purpose: string, tensor: Tensor): string {
  const { graph } = node;
  return graph.addWeight(graph.uniqueName(`${node.outputs[0] ?? node.opType}_${purpose}`), tensor).name;
}

/** Moves a list of integers from an attribute to an input, as newer opsets want it; absent stays absent. */
export function intsToInput(node: Node, attribute: string, input: number): void {
  const values = node.ints(attribute);
  if (values === undefined) return;
  node.setInput(input, constantFor(node, attribute, int64Tensor([values.length], values)));
  node.removeAttribute(attribute);
}
