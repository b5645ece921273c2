import type { DataType, Graph, Node, Value } from '@onnx-compress/graph';

/**
 * Types for which onnxruntime-node has no name, so that a session with such an output cannot be created, and 4-bit
 * integers, for which onnxruntime has no Shape kernel. By name, and by number of TensorProto.DataType.
 */
const UNREADABLE = new Set<DataType | undefined>([
  'complex64',
  'complex128',
  'bfloat16',
  'float8e4m3fn',
  'float8e4m3fnuz',
  'float8e5m2',
  'float8e5m2fnuz',
  'uint4',
  'int4',
  'float4e2m1',
  'float8e8m0',
  'uint2',
  'int2',
]);
const UNREADABLE_CODES = new Set([14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26]);

/** Attributes that set the output type of Cast, QuantizeLinear, random generators and others, by type number. */
const TYPE_ATTRIBUTES = ['to', 'dtype', 'output_dtype'];

/** Operators whose outputs are int64 or bool whatever they read. */
const FIXED_TYPE = new Set(
  'Shape Size ArgMax ArgMin NonZero Equal Greater GreaterOrEqual Less LessOrEqual IsNaN IsInf'.split(' '),
);

/**
 * Names of values that a probe cannot expose as they are. Errs on the side of naming too many:
 * whatever is computed from such a value counts, up to an operator that sets another type.
 */
export function unreadableValues(graph: Graph): ReadonlySet<string> {
  const unreadable = new Set<string>();
  const isUnreadable = (value: Value | undefined): boolean =>
    value !== undefined && (unreadable.has(value.name) || UNREADABLE.has(typeOf(value)));
  for (const node of graph.nodes) {
    if (givesUnreadable(node, isUnreadable)) for (const name of node.outputs) unreadable.add(name);
  }
  return unreadable;
}

function givesUnreadable(node: Node, isUnreadable: (value: Value | undefined) => boolean): boolean {
  const code = TYPE_ATTRIBUTES.map((attribute) => node.int(attribute)).find((type) => type !== undefined && type > 0);
  if (code !== undefined) return UNREADABLE_CODES.has(code);
  if (FIXED_TYPE.has(node.opType)) return false;
  // The scale sets the output type.
  if (node.opType === 'DequantizeLinear') return isUnreadable(node.input(1));
  return node.inputs.some((_, index) => isUnreadable(node.input(index)));
}

function typeOf(value: Value): DataType | undefined {
  return value.weight?.tensor.dataType ?? value.declared?.dataType;
}

/** True for types that onnxruntime's Shape operator reads. */
export function hasShapeKernel(dataType: DataType): boolean {
  return !UNREADABLE.has(dataType);
}
