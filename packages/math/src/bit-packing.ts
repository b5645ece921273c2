import { inRanges, type Pause } from './linear-algebra/pacing.js';
import { bitsOutOfRange } from './messages.js';

/** Some bits of each of a row of numbers, kept in bytes of their own. */
export interface BitPiece {
  /** Bits taken of each number; a byte holds `8 / width` of them. */
  readonly width: 8 | 4 | 2 | 1;
  /** Bits of the number below these. */
  readonly shift: number;
}

const BYTE = 8;
const WIDTHS = [8, 4, 2, 1] as const;

/**
 * Divides numbers of 1 to 8 bits into pieces that fill bytes: 3 bits are a piece of 2 and one of 1.
 *
 * @returns the lowest bits first
 * @throws RangeError when `bits` is no integer from 1 to 8
 * @example bitPieces(5) // [{ width: 4, shift: 0 }, { width: 1, shift: 4 }]
 */
export function bitPieces(bits: number): readonly BitPiece[] {
  if (!Number.isInteger(bits) || bits < 1 || bits > BYTE) throw bitsOutOfRange(bits);
  let shift = 0;
  return WIDTHS.flatMap((width) => {
    if ((bits & width) === 0) return [];
    const piece = { width, shift };
    shift += width;
    return [piece];
  });
}

/** Bytes that a piece of `count` numbers takes. */
export const packedLength = ({ width }: BitPiece, count: number): number => Math.ceil((count * width) / BYTE);

/**
 * Packs a piece of each number, the first into the lowest bits of the first byte; what remains of the last byte is 0.
 *
 * @param pause called every 25 ms
 * @throws whatever `pause` throws
 */
export async function packPiece(numbers: Uint8Array, piece: BitPiece, pause: Pause): Promise<Uint8Array> {
  const bytes = new Uint8Array(packedLength(piece, numbers.length));
  await inRanges(bytes.length, (from, to) => packBytes(numbers, piece, bytes, from, to), pause);
  return bytes;
}

function packBytes(numbers: Uint8Array, { width, shift }: BitPiece, bytes: Uint8Array, from: number, to: number): void {
  const perByte = BYTE / width;
  const mask = 2 ** width - 1;
  for (let at = from, next = from * perByte; at < to; at++) {
    const end = Math.min(next + perByte, numbers.length);
    let byte = 0;
    for (let place = 0; next < end; next++, place += width) byte |= ((numbers[next] >> shift) & mask) << place;
    bytes[at] = byte;
  }
}

/**
 * What each of the 256 bytes holds of a piece, at its place in the number: 256 rows of `8 / width`. The rows of a row of
 * bytes, one after the other, are the piece of each number; the sums over the pieces are the numbers.
 */
export function pieceTable({ width, shift }: BitPiece): Uint8Array {
  const perByte = BYTE / width;
  const mask = 2 ** width - 1;
  return Uint8Array.from({ length: 256 * perByte }, (_, index) => {
    const byte = Math.floor(index / perByte);
    return ((byte >> ((index % perByte) * width)) & mask) << shift;
  });
}
