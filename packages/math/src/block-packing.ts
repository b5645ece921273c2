import { type BlockLayout, blocksPerRow, checkMatrix } from './block-layout.js';

/** Turns two nibbles of which 8 means zero into two's complement. */
const SIGNS = 0x88;

/**
 * Two nibbles in a byte, the first in the low half, as ONNX stores int4 and uint4; an odd last one is followed by 0.
 *
 * @param signed subtracts 8 from each, as int4
 */
export function packNibbles(nibbles: Uint8Array, signed = false): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(nibbles.length / 2));
  const pairs = nibbles.length >> 1;
  const flip = signed ? SIGNS : 0;
  for (let pair = 0, at = 0; pair < pairs; pair++, at += 2) bytes[pair] = (nibbles[at] | (nibbles[at + 1] << 4)) ^ flip;
  if (pairs < bytes.length) bytes[pairs] = nibbles[2 * pairs] ^ (flip & 0xf);
  return bytes;
}

/**
 * Nibbles of a matrix as MatMulNBits of onnxruntime reads them: [rows, blocks, blockSize / 2], low half first, short last
 * blocks filled up with 0.
 *
 * @param nibbles row after row
 * @throws RangeError when their number does not fit the layout
 */
export function packBlockRows(nibbles: Uint8Array, layout: BlockLayout): Uint8Array {
  checkMatrix('nibbles', nibbles.length, layout);
  const { rows, columns, blockSize } = layout;
  if (columns % blockSize === 0) return packNibbles(nibbles);
  const width = (blocksPerRow(layout) * blockSize) / 2;
  const bytes = new Uint8Array(rows * width);
  for (let row = 0; row < rows; row++) {
    bytes.set(packNibbles(nibbles.subarray(row * columns, (row + 1) * columns)), row * width);
  }
  return bytes;
}

/** Zero points, 0 to 15, [rows, blocks], as MatMulNBits reads them: two in a byte, each row from a byte of its own. */
export function packBlockZeros(zeroPoints: Uint8Array, rows: number): Uint8Array {
  const blocks = zeroPoints.length / rows;
  const width = Math.ceil(blocks / 2);
  const bytes = new Uint8Array(rows * width);
  for (let row = 0; row < rows; row++) {
    bytes.set(packNibbles(zeroPoints.subarray(row * blocks, (row + 1) * blocks)), row * width);
  }
  return bytes;
}
