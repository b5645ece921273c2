import { float32ToBfloat16, float32ToFloat16 } from '@onnx-compress/math';
import { elementCount } from './element-count.js';
import { FLOAT_DECODERS, INTEGER_DECODERS } from './element-decoders.js';
import { bytesDoNotFit, notInteger, notNumeric } from './messages.js';
import { memoryTensor, type Tensor } from './tensor.js';
import { bytesOf } from './typed-view.js';

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/**
 * The elements in single precision, row-major. float64 and wide integers are rounded, bool gives 0 and 1. For float32
 * this is the tensor's own memory where it is aligned: never change the result.
 *
 * @throws GraphError `TENSOR_NOT_NUMERIC` for string and complex tensors, `TENSOR_BYTES` when the file holds another
 * number of bytes than the shape asks for.
 * @param into see `Tensor.bytes`
 * @example const values = await readFloats(weight.tensor);
 */
export async function readFloats(tensor: Tensor, into?: Uint8Array): Promise<Float32Array> {
  const { dataType, dims } = tensor;
  const floats = FLOAT_DECODERS[dataType];
  const integers = INTEGER_DECODERS[dataType];
  if (!floats && !integers) throw notNumeric(dataType);
  const bytes = checked(tensor, tensor.inline ?? (await tensor.bytes(into)));
  if (floats) return floats(bytes, elementCount(dims));
  return toFloats(integers?.(bytes, elementCount(dims)) ?? []);
}

/**
 * The elements of a small integer or bool tensor (shapes, axes, indices); undefined when its bytes are not in memory
 * or its type is not an integer one. Beyond 2^53 the low bits are lost, as in "to the end" markers of Slice.
 *
 * @throws GraphError `TENSOR_BYTES` when the file holds another number of bytes than the shape asks for.
 */
export function readIntegers(tensor: Tensor): readonly number[] | undefined {
  const decode = INTEGER_DECODERS[tensor.dataType];
  if (!decode || !tensor.inline) return undefined;
  return toNumbers(decode(checked(tensor, tensor.inline), elementCount(tensor.dims)));
}

/**
 * The elements of an integer or bool tensor of any size, wherever its bytes are. For small ones see
 * {@link readIntegers}.
 *
 * @throws GraphError `TENSOR_NOT_NUMERIC` when its type is not an integer one, `TENSOR_BYTES` as {@link readFloats}.
 */
export async function readIndices(tensor: Tensor): Promise<readonly number[]> {
  const decode = INTEGER_DECODERS[tensor.dataType];
  if (!decode) throw notInteger(tensor.dataType);
  const bytes = tensor.inline ?? (await tensor.bytes());
  return toNumbers(decode(checked(tensor, bytes), elementCount(tensor.dims)));
}

/** A float32 tensor; a Float32Array is used as it is, not copied. */
export function float32Tensor(dims: readonly number[], values: Float32Array | readonly number[]): Tensor {
  return floatsToTensor('float32', dims, values instanceof Float32Array ? values : Float32Array.from(values));
}

/** An int64 tensor; values beyond its range become its limits. */
export function int64Tensor(dims: readonly number[], values: readonly (number | bigint)[]): Tensor {
  return memoryTensor('int64', dims, bytesOf(BigInt64Array.from(values, saturatedInt64)));
}

/** An int32 tensor. */
export function int32Tensor(dims: readonly number[], values: readonly number[]): Tensor {
  return memoryTensor('int32', dims, bytesOf(Int32Array.from(values)));
}

/**
 * Single-precision values as a tensor of a floating-point type, rounded to nearest even: the way back from
 * {@link readFloats}. For float32 the values are used as they are, not copied.
 *
 * @throws GraphError `TENSOR_BYTES` when the number of values does not fit the shape.
 */
export function floatsToTensor(
  dataType: 'float32' | 'float16' | 'float64' | 'bfloat16',
  dims: readonly number[],
  values: Float32Array,
): Tensor {
  return memoryTensor(dataType, dims, bytesOf(encodeFloats(dataType, values)));
}

function encodeFloats(dataType: 'float32' | 'float16' | 'float64' | 'bfloat16', values: Float32Array): ArrayBufferView {
  switch (dataType) {
    case 'float32':
      return values;
    case 'float16':
      return float32ToFloat16(values);
    case 'bfloat16':
      return float32ToBfloat16(values);
    case 'float64':
      return Float64Array.from(values);
  }
}

function checked({ dataType, dims, byteLength }: Tensor, bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength !== byteLength) throw bytesDoNotFit(dataType, dims, byteLength, bytes.byteLength);
  return bytes;
}

function toNumbers(integers: ArrayLike<number> | ArrayLike<bigint>): readonly number[] {
  return Array.from<number | bigint, number>(integers, Number);
}

function toFloats(integers: ArrayLike<number> | ArrayLike<bigint>): Float32Array {
  return Float32Array.from<number | bigint>(integers, Number);
}

function saturatedInt64(value: number | bigint): bigint {
  const integer = BigInt(value);
  if (integer > INT64_MAX) return INT64_MAX;
  return integer < INT64_MIN ? INT64_MIN : integer;
}
