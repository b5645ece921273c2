import type { DataType } from '@onnx-compress/graph';

/** Reads packed bytes as the typed array that onnxruntime-node wants for a type; the bytes must be aligned. */
type View = (bytes: Uint8Array) => TypedArray;
type TypedArray =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array;

const NUMERIC_VIEWS = {
  float32: ({ buffer, byteOffset, byteLength }) => new Float32Array(buffer, byteOffset, byteLength / 4),
  float64: ({ buffer, byteOffset, byteLength }) => new Float64Array(buffer, byteOffset, byteLength / 8),
  float16: ({ buffer, byteOffset, byteLength }) => new Uint16Array(buffer, byteOffset, byteLength / 2),
  uint8: (bytes) => bytes,
  bool: (bytes) => bytes,
  int8: ({ buffer, byteOffset, byteLength }) => new Int8Array(buffer, byteOffset, byteLength),
  uint16: ({ buffer, byteOffset, byteLength }) => new Uint16Array(buffer, byteOffset, byteLength / 2),
  int16: ({ buffer, byteOffset, byteLength }) => new Int16Array(buffer, byteOffset, byteLength / 2),
  uint32: ({ buffer, byteOffset, byteLength }) => new Uint32Array(buffer, byteOffset, byteLength / 4),
  int32: ({ buffer, byteOffset, byteLength }) => new Int32Array(buffer, byteOffset, byteLength / 4),
  uint64: ({ buffer, byteOffset, byteLength }) => new BigUint64Array(buffer, byteOffset, byteLength / 8),
  int64: ({ buffer, byteOffset, byteLength }) => new BigInt64Array(buffer, byteOffset, byteLength / 8),
} as const satisfies Partial<Record<DataType, View>>;

/** Types whose elements cross between Node.js and onnxruntime as bytes. */
export type NumericType = keyof typeof NUMERIC_VIEWS;

/**
 * True for types that onnxruntime-node can pass as bytes. Fetching an int4 or uint4 tensor ends the process:
 * its table of element sizes stops at 17 entries (js/node/src/tensor_helper.cc).
 */
export function isNumeric(dataType: string): dataType is NumericType {
  return Object.hasOwn(NUMERIC_VIEWS, dataType);
}

/** True for types that can be fed to and fetched from a session in Node.js. */
export function isTransferable(dataType: string): boolean {
  return dataType === 'string' || isNumeric(dataType);
}

/** The typed array over packed bytes; copies where the bytes are not aligned. */
export function typedView(dataType: NumericType, bytes: Uint8Array): TypedArray {
  return NUMERIC_VIEWS[dataType](bytes.byteOffset % 8 === 0 ? bytes : bytes.slice());
}
