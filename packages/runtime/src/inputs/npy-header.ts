import type { NumericType } from '../host/value-types.js';
import { badNpy, unsupportedNpyType } from './messages.js';

/** What the head of a .npy file says about the numbers behind it. */
export interface NpyHeader {
  readonly dataType: NumericType;
  readonly dims: readonly number[];
  /** True when the first axis varies fastest (column-major). */
  readonly fortranOrder: boolean;
  /** Where the numbers start, in bytes. */
  readonly dataOffset: number;
}

/** Bytes that hold any header of format version 1, and nearly all of version 2 and 3. */
export const NPY_HEAD_BYTES = 65_546;

const MAGIC = '\x93NUMPY';

const TYPES: Readonly<Record<string, NumericType>> = {
  b1: 'bool',
  i1: 'int8',
  u1: 'uint8',
  i2: 'int16',
  u2: 'uint16',
  i4: 'int32',
  u4: 'uint32',
  i8: 'int64',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
};

/**
 * Parses the head of a .npy file, format versions 1 to 3
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
 *
 * @param head the first bytes of the file, at most `NPY_HEAD_BYTES` are needed
 * @param origin what to call the array in messages
 * @throws UsageError where it is damaged, big-endian, or of a type that is not a plain number
 */
export function parseNpyHeader(head: Uint8Array, origin: string): NpyHeader {
  if (head.length < 10 || latin1(head.subarray(0, 6)) !== MAGIC) throw badNpy(origin, 'it does not start as one');
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const start = view.getUint8(6) === 1 ? 10 : 12;
  const dataOffset = start + (start === 10 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (dataOffset > head.length) throw badNpy(origin, 'its header is cut off');
  const text = latin1(head.subarray(start, dataOffset));
  const descr = /'descr'\s*:\s*('[^']*'|\[[^\]]*\])/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([\d,\sL]*)\)/.exec(text)?.[1];
  if (descr === undefined || order === undefined || shape === undefined) throw badNpy(origin, 'its header is damaged');
  return {
    dataType: typeOf(descr.replaceAll("'", ''), origin),
    dims: sizes(shape),
    fortranOrder: order === 'True',
    dataOffset,
  };
}

function typeOf(descr: string, origin: string): NumericType {
  const [, order, code = ''] = /^([<>|=]?)(\w\d+)$/.exec(descr) ?? [];
  const dataType = TYPES[code];
  if (dataType === undefined || (order === '>' && !code.endsWith('1'))) throw unsupportedNpyType(origin, descr);
  return dataType;
}

function sizes(shape: string): number[] {
  return shape
    .split(',')
    .map((size) => size.trim())
    .filter((size) => size !== '')
    .map((size) => Number.parseInt(size, 10));
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}
