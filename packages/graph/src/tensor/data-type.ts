import { elementCount } from './element-count.js';
import { noByteWidth, unknownDataType } from './messages.js';

/** The tensor element types of ONNX, under the names its operator specifications use. */
export type DataType =
  | 'float32'
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'string'
  | 'bool'
  | 'float16'
  | 'float64'
  | 'uint32'
  | 'uint64'
  | 'complex64'
  | 'complex128'
  | 'bfloat16'
  | 'float8e4m3fn'
  | 'float8e4m3fnuz'
  | 'float8e5m2'
  | 'float8e5m2fnuz'
  | 'uint4'
  | 'int4'
  | 'float4e2m1'
  | 'float8e8m0'
  | 'uint2'
  | 'int2';

/** `code` is TensorProto.DataType of onnx.proto; `bits` the width in raw_data, where several small values share a byte. */
interface Encoding {
  readonly code: number;
  readonly bits: number | undefined;
}

const ENCODINGS: Readonly<Record<DataType, Encoding>> = {
  float32: { code: 1, bits: 32 },
  uint8: { code: 2, bits: 8 },
  int8: { code: 3, bits: 8 },
  uint16: { code: 4, bits: 16 },
  int16: { code: 5, bits: 16 },
  int32: { code: 6, bits: 32 },
  int64: { code: 7, bits: 64 },
  string: { code: 8, bits: undefined },
  bool: { code: 9, bits: 8 },
  float16: { code: 10, bits: 16 },
  float64: { code: 11, bits: 64 },
  uint32: { code: 12, bits: 32 },
  uint64: { code: 13, bits: 64 },
  complex64: { code: 14, bits: 64 },
  complex128: { code: 15, bits: 128 },
  bfloat16: { code: 16, bits: 16 },
  float8e4m3fn: { code: 17, bits: 8 },
  float8e4m3fnuz: { code: 18, bits: 8 },
  float8e5m2: { code: 19, bits: 8 },
  float8e5m2fnuz: { code: 20, bits: 8 },
  uint4: { code: 21, bits: 4 },
  int4: { code: 22, bits: 4 },
  float4e2m1: { code: 23, bits: 4 },
  float8e8m0: { code: 24, bits: 8 },
  uint2: { code: 25, bits: 2 },
  int2: { code: 26, bits: 2 },
};

const NAMES: ReadonlyMap<number, DataType> = new Map(
  Object.keys(ENCODINGS)
    .filter(isDataType)
    .map((name) => [ENCODINGS[name].code, name]),
);

/** Whether a text is the name of a data type. */
export function isDataType(name: string): name is DataType {
  return Object.hasOwn(ENCODINGS, name);
}

/**
 * The width of one element in bits.
 *
 * @throws GraphError `TENSOR_NOT_NUMERIC` for 'string', whose elements have no fixed width.
 */
export function bitsOf(dataType: DataType): number {
  const { bits } = ENCODINGS[dataType];
  if (bits === undefined) throw noByteWidth(dataType);
  return bits;
}

/**
 * The bytes that a tensor takes as ONNX raw_data: 4- and 2-bit elements are packed over the whole tensor, the last
 * byte is filled up.
 *
 * @throws GraphError `TENSOR_NOT_NUMERIC` for 'string'.
 * @example byteLengthOf('int4', [3, 3]) // 5
 */
export function byteLengthOf(dataType: DataType, dims: readonly number[]): number {
  return Math.ceil((elementCount(dims) * bitsOf(dataType)) / 8);
}

/** The code of TensorProto.DataType. */
export function codeOf(dataType: DataType): number {
  return ENCODINGS[dataType].code;
}

/** The data type of a TensorProto.DataType code, undefined for 0 (not set) and codes of a future ONNX. */
export function knownDataType(code: number): DataType | undefined {
  return NAMES.get(code);
}

/**
 * The data type of a TensorProto.DataType code.
 *
 * @param tensor names the tensor in the error.
 * @throws GraphError `UNKNOWN_DATA_TYPE` for 0 and codes of a future ONNX.
 */
export function dataTypeOf(code: number, tensor: string): DataType {
  const dataType = NAMES.get(code);
  if (dataType === undefined) throw unknownDataType(code, tensor);
  return dataType;
}
