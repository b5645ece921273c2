import {
  bfloat16ToFloat32,
  float8ToFloat32,
  float16ToFloat32,
  unpackFloat4e2m1,
  unpackInt2,
  unpackInt4,
  unpackUint2,
  unpackUint4,
} from '@onnx-compress/math';
import type { DataType } from './data-type.js';
import { viewAs } from './typed-view.js';

type Integers = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;
type FloatDecoder = (bytes: Uint8Array, count: number) => Float32Array;
type IntegerDecoder = (bytes: Uint8Array, count: number) => Integers | BigInt64Array | BigUint64Array;

/** How the bytes of each real, non-integer type become single precision. */
export const FLOAT_DECODERS: Readonly<Partial<Record<DataType, FloatDecoder>>> = {
  float32: (bytes) => viewAs(Float32Array, bytes),
  float64: (bytes) => Float32Array.from(viewAs(Float64Array, bytes)),
  float16: (bytes) => float16ToFloat32(viewAs(Uint16Array, bytes)),
  bfloat16: (bytes) => bfloat16ToFloat32(viewAs(Uint16Array, bytes)),
  float8e4m3fn: (bytes) => float8ToFloat32(bytes, 'e4m3fn'),
  float8e4m3fnuz: (bytes) => float8ToFloat32(bytes, 'e4m3fnuz'),
  float8e5m2: (bytes) => float8ToFloat32(bytes, 'e5m2'),
  float8e5m2fnuz: (bytes) => float8ToFloat32(bytes, 'e5m2fnuz'),
  float8e8m0: (bytes) => float8ToFloat32(bytes, 'e8m0'),
  float4e2m1: unpackFloat4e2m1,
};

/** How the bytes of each integer type become integers; bool as 0 and 1. */
export const INTEGER_DECODERS: Readonly<Partial<Record<DataType, IntegerDecoder>>> = {
  int64: (bytes) => viewAs(BigInt64Array, bytes),
  uint64: (bytes) => viewAs(BigUint64Array, bytes),
  int32: (bytes) => viewAs(Int32Array, bytes),
  uint32: (bytes) => viewAs(Uint32Array, bytes),
  int16: (bytes) => viewAs(Int16Array, bytes),
  uint16: (bytes) => viewAs(Uint16Array, bytes),
  int8: (bytes) => viewAs(Int8Array, bytes),
  uint8: (bytes) => bytes,
  bool: (bytes) => bytes,
  int4: unpackInt4,
  uint4: unpackUint4,
  int2: unpackInt2,
  uint2: unpackUint2,
};
