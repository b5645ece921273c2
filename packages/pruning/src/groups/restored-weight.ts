import { type Node, type Value, type Weight, weightBehind } from '@onnx-compress/graph';

/** Operators that hand on a weight with its axes as they are. */
const TRANSPARENT = new Set(['Identity', 'Cast', 'DequantizeLinear']);

/** The constant that a Mul multiplies a constant by; undefined where it does something else. */
export function constantFactor(node: Node, input: number): Weight | undefined {
  return node.opType === 'Mul' && node.domain === '' ? weightBehind(node.input(1 - input)) : undefined;
}

/** The weight in another number format, or multiplied by a constant, where the node makes just that of its input. */
export function restored(node: Node, input: number): Value | undefined {
  const passes = input === 0 && TRANSPARENT.has(node.opType);
  return passes || constantFactor(node, input) !== undefined ? node.output(0) : undefined;
}
