import { float16ToFloat32, float32ToFloat16 } from '@onnx-compress/math';
import { isNumeric, type NumericType, typedView } from '../host/value-types.js';
import type { InputSpec } from './input-spec.js';
import { wrongType } from './messages.js';

type Numbers = ArrayLike<number | bigint>;

const FLOATS: ReadonlySet<string> = new Set(['float16', 'float32', 'float64']);

/**
 * Elements of one type as the type of a model's input. Floating point numbers take the precision of the input
 * (NumPy writes float64 by default), whole numbers and booleans go into any type that holds each of them exactly.
 * Nothing else converts: not fractions to whole numbers, not a number beyond the range of its target.
 *
 * @param origin what to call the elements in messages
 * @throws UsageError naming the expected name, type and shape
 */
export function convertElements(bytes: Uint8Array, from: NumericType, input: InputSpec, origin: string): Uint8Array {
  const { dataType } = input;
  if (dataType === from) return bytes;
  if (!isNumeric(dataType) || (FLOATS.has(from) && !FLOATS.has(dataType))) throw wrongType(origin, from, input);
  const values = numbers(from, bytes);
  const converted = encodeNumbers(dataType, values);
  const lost = FLOATS.has(from) ? firstOverflow(values, converted.values) : firstChanged(values, converted.values);
  if (lost !== undefined) throw wrongType(origin, from, input, lost);
  return converted.bytes;
}

/** Numbers as the packed bytes of a type, together with the values that these bytes stand for. */
export function encodeNumbers(dataType: NumericType, values: Numbers): { bytes: Uint8Array; values: Numbers } {
  switch (dataType) {
    case 'float16': {
      const halves = float32ToFloat16(new Float32Array(plainNumbers(values)));
      return { bytes: bytesOf(halves), values: float16ToFloat32(halves) };
    }
    case 'bool':
      return whole(Uint8Array.from(values, (value) => Number(Number(value) !== 0)));
    case 'int64':
      return whole(BigInt64Array.from(values, toBigInt));
    case 'uint64':
      return whole(BigUint64Array.from(values, toBigInt));
    default:
      return whole(NUMBER_ARRAYS[dataType](values));
  }
}

const NUMBER_ARRAYS = {
  float32: (values: Numbers) => new Float32Array(plainNumbers(values)),
  float64: (values: Numbers) => new Float64Array(plainNumbers(values)),
  int8: (values: Numbers) => new Int8Array(plainNumbers(values)),
  uint8: (values: Numbers) => new Uint8Array(plainNumbers(values)),
  int16: (values: Numbers) => new Int16Array(plainNumbers(values)),
  uint16: (values: Numbers) => new Uint16Array(plainNumbers(values)),
  int32: (values: Numbers) => new Int32Array(plainNumbers(values)),
  uint32: (values: Numbers) => new Uint32Array(plainNumbers(values)),
} as const;

/** Floats as they are, since one typed array copies another many times faster than `from` walks it. */
function plainNumbers(values: Numbers): Float32Array | Float64Array {
  return values instanceof Float32Array || values instanceof Float64Array ? values : Float64Array.from(values, Number);
}

type AnyArray = ReturnType<(typeof NUMBER_ARRAYS)[keyof typeof NUMBER_ARRAYS]> | BigInt64Array | BigUint64Array;

function whole(values: AnyArray): { bytes: Uint8Array; values: Numbers } {
  return { bytes: bytesOf(values), values };
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The elements behind packed bytes, as JavaScript numbers, bigints for the 64-bit integers. */
export function numbers(dataType: NumericType, bytes: Uint8Array): Numbers {
  const view = typedView(dataType, bytes);
  return dataType === 'float16' && view instanceof Uint16Array ? float16ToFloat32(view) : view;
}

function toBigInt(value: number | bigint): bigint {
  return BigInt(value);
}

function firstChanged(before: Numbers, after: Numbers): number | bigint | undefined {
  for (let i = 0; i < before.length; i++) {
    const value = before[i];
    // A bigint and a number are loosely equal when they are the same number.
    // biome-ignore lint/suspicious/noDoubleEquals: compares across bigint and number
    if (value != after[i]) return value;
  }
  return undefined;
}

function firstOverflow(before: Numbers, after: Numbers): number | bigint | undefined {
  for (let i = 0; i < before.length; i++) {
    const value = before[i];
    if (Number.isFinite(value) && !Number.isFinite(after[i])) return value;
  }
  return undefined;
}
