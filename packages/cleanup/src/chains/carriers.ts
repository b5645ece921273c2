import type { Node } from '@onnx-compress/graph';

/** `f(s * x) = s * f(x)` for every s: sums, averages and operators that only move elements. */
const LINEAR: ReadonlySet<string> = new Set([
  'AveragePool',
  'DepthToSpace',
  'Flatten',
  'GlobalAveragePool',
  'Reshape',
  'SpaceToDepth',
  'Squeeze',
  'Transpose',
  'Unsqueeze',
]);

/** `f(s * x) = s * f(x)` for s > 0. */
const POSITIVE: ReadonlySet<string> = new Set(['GlobalMaxPool', 'LeakyRelu', 'MaxPool', 'Relu']);

/** True for operators whose output scales with input 0. */
export function carries(node: Node, scale: number): boolean {
  if (node.domain !== '') return false;
  return LINEAR.has(node.opType) || (POSITIVE.has(node.opType) && scale > 0);
}

/** True for an input slot along which a product scales: both of Mul, the first of Div. */
export function isFactor(node: Node, index: number): boolean {
  if (node.domain !== '') return false;
  return node.opType === 'Mul' || (node.opType === 'Div' && index === 0);
}

/** True for operators that see the shape of a value only. */
export function readsShapeOnly({ domain, opType }: Node): boolean {
  return domain === '' && (opType === 'Shape' || opType === 'Size');
}
