import type { Node, Value } from '@onnx-compress/graph';
import type { ActivationScale } from '../../activations/activation-scale.js';
import type { StaticPlan } from '../../placement/static-plan.js';

/**
 * The quantized value that a node of the plan computes, behind the bias and the activation function that its kernel
 * takes in; undefined where it gives floats.
 */
export function quantizedOutput(
  node: Node,
  plan: StaticPlan,
  scales: ReadonlyMap<Value, ActivationScale>,
): Value | undefined {
  let value = node.output(0);
  while (value !== undefined && !scales.has(value)) {
    const [use, ...others] = value.uses;
    if (use?.kind !== 'input' || others.length > 0 || !plan.nodes.has(use.node)) return undefined;
    value = use.node.output(0);
  }
  return value;
}
