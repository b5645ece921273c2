import { elementCount } from '@onnx-compress/graph';
import type { NumericType } from '../host/value-types.js';
import { rowMajor } from './fortran-order.js';
import { badNpy } from './messages.js';
import { NPY_HEAD_BYTES, parseNpyHeader } from './npy-header.js';

/** An array on disk whose slices along the first axis can be read one by one. */
export interface RowArray {
  /** Which input it belongs to, as its npz key or file name says. */
  readonly name: string;
  /** What to call it in messages: the file, with the key where it is an archive. */
  readonly origin: string;
  readonly dataType: NumericType;
  readonly dims: readonly number[];
  /** Reads `count` consecutive slices from slice `first`, row-major; the whole array where the rank is 0. */
  rows(first: number, count: number): Promise<Uint8Array>;
}

/** Random access to the bytes of a .npy array, wherever they are. */
export interface NpyBytes {
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

const ELEMENT_BYTES: Readonly<Record<NumericType, number>> = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  float16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  int64: 8,
  uint64: 8,
  float64: 8,
};

/**
 * Opens a .npy array. Rows are read by ranges, nothing is kept; only a column-major array, whose rows are scattered
 * over the whole file, is read and reordered once and then stays in memory.
 *
 * @throws UsageError where the array is damaged, cut off, or of an unsupported type
 */
export async function openNpy(bytes: NpyBytes, name: string, origin: string): Promise<RowArray> {
  const head = await bytes.read(0, Math.min(NPY_HEAD_BYTES, bytes.size));
  const { dataType, dims, fortranOrder, dataOffset } = parseNpyHeader(head, origin);
  const elementBytes = ELEMENT_BYTES[dataType];
  const byteLength = elementCount(dims) * elementBytes;
  if (dataOffset + byteLength > bytes.size) throw badNpy(origin, 'its numbers are cut off');
  const rowBytes = elementCount(dims.slice(1)) * elementBytes;
  const scattered = fortranOrder && dims.length > 1;
  let reordered: Promise<Uint8Array> | undefined;
  const readReordered = async () => rowMajor(await bytes.read(dataOffset, byteLength), dims, elementBytes);
  const rows = async (first: number, count: number): Promise<Uint8Array> => {
    if (!scattered) return bytes.read(dataOffset + first * rowBytes, count * rowBytes);
    reordered ??= readReordered();
    return (await reordered).slice(first * rowBytes, (first + count) * rowBytes);
  };
  return { name, origin, dataType, dims, rows };
}
