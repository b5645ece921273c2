import {
  bitsOf,
  type DataType,
  type Dim,
  elementCount,
  type Model,
  type Node,
  type ShapeTable,
  type Value,
} from '@onnx-compress/graph';
import { type ConstantRegion, inputsOf, outputsOf } from './foldable.js';

/** Results up to this size are worth an initializer even if they are larger than what they are computed from. */
const SMALL_RESULT = 128;

/** The types that onnxruntime hands out; fetching others can abort its process. */
const FETCHABLE: ReadonlySet<DataType> = new Set([
  'float32',
  'float64',
  'float16',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'bool',
]);

/** Nodes worth computing ahead, and the bytes of every constant they read or compute. */
export interface AcceptedNodes {
  readonly nodes: readonly Node[];
  readonly bytes: ReadonlyMap<Value, number>;
}

/**
 * The nodes of a region worth computing ahead: their results have a known type and shape and are not larger than
 * what they are computed from. That leaves generators (ConstantOfShape, Range, Expand) and widening casts, the
 * storage form of compressed weights, as they are.
 *
 * @param inferred types of the values of `model`, which holds the region under the same names.
 */
export function acceptNodes(region: ConstantRegion, model: Model, inferred: ShapeTable): AcceptedNodes {
  const bytes = new Map<Value, number>();
  for (const [value, weight] of region.weights) bytes.set(value, weight.tensor.byteLength);
  const nodes = region.nodes.filter((node) => {
    const inputs = inputsOf(node).map((value) => bytes.get(value));
    if (!inputs.every(isDefined)) return false;
    const limit = Math.max(SMALL_RESULT, sum(inputs));
    const outputs = outputsOf(node).map(
      (value) => [value, resultBytes(model.graph.value(value.name), inferred)] as const,
    );
    for (const [value, size] of outputs) if (size !== undefined && size <= limit) bytes.set(value, size);
    return outputs.every(([value]) => bytes.has(value));
  });
  return { nodes, bytes };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function isDefined(bytes: number | undefined): bytes is number {
  return bytes !== undefined;
}

function resultBytes(value: Value | undefined, inferred: ShapeTable): number | undefined {
  const type = value && inferred.get(value);
  if (type?.dataType === undefined || !FETCHABLE.has(type.dataType) || !type.dims?.every(isKnown)) return undefined;
  return (elementCount(type.dims) * bitsOf(type.dataType)) / 8;
}

function isKnown(dim: Dim): dim is number {
  return typeof dim === 'number';
}
