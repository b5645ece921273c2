import { executionOrder } from '../../model/execution-order.js';
import type { Model } from '../../model/model.js';
import type { Node } from '../../model/node.js';
import type { Value } from '../../model/value.js';

/** Operators that give another result each time. */
const RANDOM = /^(Random|Bernoulli|Multinomial)/;

/** The values that are the same in every run: constants, and what is computed from nothing but constants. */
export function constantValues(model: Model): ReadonlySet<Value> {
  const constant = new Set<Value>();
  for (const { value } of model.weights()) constant.add(value);
  for (const graph of model.walk()) {
    for (const node of executionOrder(graph)) {
      if (!isConstant(node, constant)) continue;
      for (const index of node.outputs.keys()) {
        const output = node.output(index);
        if (output) constant.add(output);
      }
    }
  }
  return constant;
}

function isConstant(node: Node, constant: ReadonlySet<Value>): boolean {
  const inputs = node.inputs.flatMap((_, index) => node.input(index) ?? []);
  if (inputs.length === 0 || node.subgraphs().length > 0 || RANDOM.test(node.opType)) return false;
  return inputs.every((input) => constant.has(input));
}
