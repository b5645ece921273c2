import type { onnx } from '#schema';
import { GraphError } from '../error.js';
import { bigFromInt64 } from '../int64.js';
import type { DataType } from '../tensor/data-type.js';

interface TypedTensor {
  readonly dataType: DataType;
  readonly proto: onnx.TensorProto;
}

/** The bytes, as raw_data would hold them, of a tensor stored in float_data, int32_data and the like. */
export function typedFieldBytes(tensor: TypedTensor): Uint8Array {
  return bytesOf(typedArrayOf(tensor));
}

/** Byte count of `typedFieldBytes` without making them. */
export function typedFieldLength({ dataType, proto }: TypedTensor): number {
  const { field, elementBytes } = STORAGE[dataType];
  return field === undefined ? 0 : proto[field].length * elementBytes;
}

type Field = 'floatData' | 'int32Data' | 'int64Data' | 'doubleData' | 'uint64Data';

/** onnx-ml.proto: which typed field holds a data type, and the bytes of raw_data each of its entries stands for. */
const STORAGE: Readonly<Record<DataType, { readonly field: Field | undefined; readonly elementBytes: number }>> = {
  float32: { field: 'floatData', elementBytes: 4 },
  complex64: { field: 'floatData', elementBytes: 4 },
  float64: { field: 'doubleData', elementBytes: 8 },
  complex128: { field: 'doubleData', elementBytes: 8 },
  int64: { field: 'int64Data', elementBytes: 8 },
  uint64: { field: 'uint64Data', elementBytes: 8 },
  uint32: { field: 'uint64Data', elementBytes: 4 },
  int32: { field: 'int32Data', elementBytes: 4 },
  int16: { field: 'int32Data', elementBytes: 2 },
  uint16: { field: 'int32Data', elementBytes: 2 },
  float16: { field: 'int32Data', elementBytes: 2 },
  bfloat16: { field: 'int32Data', elementBytes: 2 },
  int8: { field: 'int32Data', elementBytes: 1 },
  uint8: { field: 'int32Data', elementBytes: 1 },
  bool: { field: 'int32Data', elementBytes: 1 },
  float8e4m3fn: { field: 'int32Data', elementBytes: 1 },
  float8e4m3fnuz: { field: 'int32Data', elementBytes: 1 },
  float8e5m2: { field: 'int32Data', elementBytes: 1 },
  float8e5m2fnuz: { field: 'int32Data', elementBytes: 1 },
  float8e8m0: { field: 'int32Data', elementBytes: 1 },
  int4: { field: 'int32Data', elementBytes: 1 },
  uint4: { field: 'int32Data', elementBytes: 1 },
  float4e2m1: { field: 'int32Data', elementBytes: 1 },
  int2: { field: 'int32Data', elementBytes: 1 },
  uint2: { field: 'int32Data', elementBytes: 1 },
  string: { field: undefined, elementBytes: 0 },
};

type NumberArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

function typedArrayOf({ dataType, proto }: TypedTensor): NumberArray | BigInt64Array {
  const { field, elementBytes } = STORAGE[dataType];
  switch (field) {
    case 'floatData':
      return Float32Array.from(proto.floatData);
    case 'doubleData':
      return Float64Array.from(proto.doubleData);
    case 'int64Data':
      return BigInt64Array.from(proto.int64Data, bigFromInt64);
    case 'uint64Data':
      if (elementBytes === 4) return Uint32Array.from(proto.uint64Data, (value) => value.low >>> 0);
      return BigInt64Array.from(proto.uint64Data, bigFromInt64);
    case 'int32Data':
      return integersOf(proto.int32Data, elementBytes);
    case undefined:
      throw new GraphError('TENSOR_NOT_NUMERIC', `tensor "${proto.name}" of type ${dataType} has no numeric bytes`, {
        tensor: proto.name,
      });
  }
}

function integersOf(values: readonly number[], elementBytes: number): NumberArray {
  if (elementBytes === 4) return Int32Array.from(values);
  return elementBytes === 2 ? Uint16Array.from(values) : Uint8Array.from(values);
}

function bytesOf(array: NumberArray | BigInt64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
