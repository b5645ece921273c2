import type { Node } from '@onnx-compress/graph';
import { UNNAMED } from '../rewrite-node.js';

/** The axis of scales where a DequantizeLinear has no attribute for it. */
const DEFAULT_AXIS = 1;

/**
 * Adds a DequantizeLinear in front of a node.
 *
 * @param name what the output is named after
 * @param inputs integers, scale and, where there is one, zero point
 * @param axis of the scales; undefined for one scale
 * @returns the output
 */
export function dequantizedBefore(node: Node, name: string, inputs: readonly string[], axis?: number): string {
  const output = node.graph.uniqueName(`${name}_dq`);
  const attributes = axis === undefined || axis === DEFAULT_AXIS ? {} : { axis: { int: axis } };
  const spec = { ...UNNAMED, opType: 'DequantizeLinear', inputs, outputs: [output], attributes };
  node.graph.addNode(spec, { before: node });
  return output;
}
