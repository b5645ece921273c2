import { byteLengthOf, type DataType } from './data-type.js';
import { bytesDoNotFit } from './messages.js';

/** A constant, immutable array; its bytes are fetched or computed only when asked for. */
export interface Tensor {
  readonly dataType: DataType;
  /** Row-major; empty for a scalar. */
  readonly dims: readonly number[];
  /** Bytes in the layout of ONNX raw_data. */
  readonly byteLength: number;
  /** The bytes when they are in memory already, as those of all small tensors are. Never change them. */
  readonly inline: Uint8Array | undefined;
  /**
   * The bytes, little-endian and packed as in ONNX raw_data; 8-byte aligned when freshly read. Never change them.
   *
   * @param into memory of at least `byteLength` bytes that may be used for them, by a caller that is done with one
   * tensor before it reads the next
   */
  bytes(into?: Uint8Array): Promise<Uint8Array>;
  /** Some of the bytes, where they can be had without all of them; see {@link readPart}. */
  part?(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
}

/**
 * `length` bytes of a tensor from `offset`; of a tensor that lies in a file, only those are read.
 *
 * @param into memory of at least `length` bytes that may be used for them
 */
export async function readPart(tensor: Tensor, offset: number, length: number, into?: Uint8Array): Promise<Uint8Array> {
  return tensor.part?.(offset, length, into) ?? (await tensor.bytes()).subarray(offset, offset + length);
}

/**
 * A tensor over bytes in memory, which are not copied and must not change afterwards.
 *
 * @throws GraphError `TENSOR_BYTES` when the bytes do not fit the shape, `TENSOR_NOT_NUMERIC` for 'string'.
 * @example memoryTensor('int8', [2, 2], Uint8Array.of(1, 2, 3, 4))
 */
export function memoryTensor(dataType: DataType, dims: readonly number[], bytes: Uint8Array): Tensor {
  const byteLength = byteLengthOf(dataType, dims);
  if (bytes.byteLength !== byteLength) throw bytesDoNotFit(dataType, dims, byteLength, bytes.byteLength);
  return { dataType, dims, byteLength, inline: bytes, bytes: async () => bytes };
}

/**
 * A tensor whose bytes are computed anew on each `bytes()`, so that a model full of changed weights holds none of
 * them in memory. `compute` must give the same bytes every time; it
 * may put them into the memory that it is offered, see `Tensor.bytes`.
 *
 * @throws GraphError `TENSOR_NOT_NUMERIC` for 'string'; `bytes()` rejects with `TENSOR_BYTES` when what was computed
 * does not fit the shape.
 */
export function computedTensor(
  dataType: DataType,
  dims: readonly number[],
  compute: (into?: Uint8Array) => Promise<Uint8Array>,
): Tensor {
  const byteLength = byteLengthOf(dataType, dims);
  const bytes = async (into?: Uint8Array) => {
    const computed = await compute(into);
    if (computed.byteLength !== byteLength) throw bytesDoNotFit(dataType, dims, byteLength, computed.byteLength);
    return computed;
  };
  return { dataType, dims, byteLength, inline: undefined, bytes };
}
