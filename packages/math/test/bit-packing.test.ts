import { describe, expect, it } from '@jest/globals';
import { bitPieces, packedLength, packPiece, pieceTable } from '../src/bit-packing.js';

/** Numbers of so many bits, all of them before any comes again. */
const numbersOf = (bits: number, count: number) =>
  Uint8Array.from({ length: count }, (_, i) => (i * 37 + 5) % 2 ** bits);

const pause = async () => {};

/** What the rows of the tables add up to, as a model unpacks them. */
async function unpacked(numbers: Uint8Array, bits: number): Promise<Uint8Array> {
  const sums = new Uint8Array(numbers.length);
  for (const piece of bitPieces(bits)) {
    const table = pieceTable(piece);
    const perByte = 8 / piece.width;
    const rows = [...(await packPiece(numbers, piece, pause))].flatMap((byte) => [
      ...table.subarray(byte * perByte, (byte + 1) * perByte),
    ]);
    for (const index of sums.keys()) sums[index] = (sums[index] ?? 0) + (rows[index] ?? 0);
  }
  return sums;
}

describe('packed bits', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('of %d-bit numbers are unpacked by their tables, for any count', async (bits) => {
    for (const count of [0, 1, 2, 3, 5, 7, 8, 9, 31, 64, 301]) {
      const numbers = numbersOf(bits, count);
      expect(await unpacked(numbers, bits)).toEqual(numbers);
    }
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'take %d eighths of a byte a number, and less than a byte more for each piece',
    async (bits) => {
      const pieces = bitPieces(bits);
      expect(pieces.reduce((sum, { width }) => sum + width, 0)).toBe(bits);
      for (const count of [1, 8, 13, 1000]) {
        const packed = await Promise.all(pieces.map((piece) => packPiece(numbersOf(bits, count), piece, pause)));
        const bytes = packed.map(({ length }) => length);
        expect(bytes).toEqual(pieces.map((piece) => packedLength(piece, count)));
        const total = bytes.reduce((sum, length) => sum + length, 0);
        expect(total).toBeGreaterThanOrEqual((bits * count) / 8);
        expect(total).toBeLessThan((bits * count) / 8 + pieces.length);
      }
    },
  );

  it('have the first number in the lowest bits, as ONNX has those of uint4', async () => {
    expect(await packPiece(Uint8Array.of(1, 15, 7), { width: 4, shift: 0 }, pause)).toEqual(Uint8Array.of(0xf1, 0x07));
    expect(await packPiece(Uint8Array.of(0b100, 0b011, 0b111), { width: 1, shift: 2 }, pause)).toEqual(
      Uint8Array.of(0b101),
    );
  });

  it.each([0, 9, 2.5, Number.NaN])('are refused for %d bits', (bits) => {
    expect(() => bitPieces(bits)).toThrow(RangeError);
  });
});
