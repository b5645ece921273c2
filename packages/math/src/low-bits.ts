import { byteLengthMismatch } from './messages.js';

/** Values of a 4-bit E2M1 float by bit pattern (OCP microscaling formats, FP4). */
const FLOAT4_E2M1 = Float32Array.of(0, 0.5, 1, 1.5, 2, 3, 4, 6, -0, -0.5, -1, -1.5, -2, -3, -4, -6);

/**
 * `count` signed 4-bit integers (-8..7), two to a byte, the first in the low nibble, as ONNX stores them.
 *
 * @throws RangeError when the bytes do not hold exactly `count` of them.
 */
export function unpackInt4(bytes: Uint8Array, count: number): Int8Array {
  const nibbles = unpackUint4(bytes, count);
  const values = new Int8Array(nibbles.buffer);
  for (let i = 0; i < values.length; i++) values[i] = (nibbles[i] << 28) >> 28;
  return values;
}

/** As {@link unpackInt4}, for unsigned values 0..15. */
export function unpackUint4(bytes: Uint8Array, count: number): Uint8Array {
  checkPacked('4-bit values', bytes, Math.ceil(count / 2));
  const values = new Uint8Array(count);
  for (let i = 0; i < count; i++) values[i] = (bytes[i >> 1] >> ((i & 1) * 4)) & 0xf;
  return values;
}

/** As {@link unpackInt4}, for 2-bit values -2..1, four to a byte, the first in the lowest bits. */
export function unpackInt2(bytes: Uint8Array, count: number): Int8Array {
  const pairs = unpackUint2(bytes, count);
  const values = new Int8Array(pairs.buffer);
  for (let i = 0; i < values.length; i++) values[i] = (pairs[i] << 30) >> 30;
  return values;
}

/** As {@link unpackInt2}, for unsigned values 0..3. */
export function unpackUint2(bytes: Uint8Array, count: number): Uint8Array {
  checkPacked('2-bit values', bytes, Math.ceil(count / 4));
  const values = new Uint8Array(count);
  for (let i = 0; i < count; i++) values[i] = (bytes[i >> 2] >> ((i & 3) * 2)) & 3;
  return values;
}

/** `count` 4-bit E2M1 floats (0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives), the first in the low nibble. */
export function unpackFloat4e2m1(bytes: Uint8Array, count: number): Float32Array {
  const values = new Float32Array(count);
  for (const [i, nibble] of unpackUint4(bytes, count).entries()) values[i] = FLOAT4_E2M1[nibble];
  return values;
}

/** Packs values -8..7 two to a byte, low nibble first; an odd last nibble is 0. The caller saturates. */
export function packInt4(values: Int8Array): Uint8Array {
  return packNibbles(values);
}

/** As {@link packInt4}, for values 0..15. */
export function packUint4(values: Uint8Array): Uint8Array {
  return packNibbles(values);
}

function packNibbles(values: Int8Array | Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(values.length / 2));
  for (let i = 0; i < values.length; i++) bytes[i >> 1] |= (values[i] & 0xf) << ((i & 1) * 4);
  return bytes;
}

function checkPacked(what: string, bytes: Uint8Array, expected: number): void {
  if (bytes.length !== expected) throw byteLengthMismatch(what, bytes.length, expected);
}
