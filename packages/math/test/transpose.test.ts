import { describe, expect, it } from '@jest/globals';
import { transpose2d } from '../src/transpose.js';

describe('transpose2d', () => {
  it('swaps rows and columns', () => {
    expect([...transpose2d(Uint8Array.of(1, 2, 3, 4, 5, 6), 2, 3, 1)]).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it.each([1, 2, 3, 4, 8, 16])('moves elements of %d bytes whole, across tiles', (width) => {
    const [rows, columns] = [37, 65];
    const bytes = Uint8Array.from({ length: rows * columns * width }, (_, i) => i * 31 + (i >> 8));
    const transposed = transpose2d(bytes, rows, columns, width);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const from = (row * columns + column) * width;
        const to = (column * rows + row) * width;
        expect(transposed.subarray(to, to + width)).toEqual(bytes.subarray(from, from + width));
      }
    }
  });

  it('is its own inverse, for unaligned bytes too', () => {
    const bytes = Uint8Array.from({ length: 49 }, (_, i) => i).subarray(1);
    expect(transpose2d(transpose2d(bytes, 3, 4, 4), 4, 3, 4)).toEqual(bytes);
  });

  it('refuses bytes that do not fit the shape', () => {
    expect(() => transpose2d(new Uint8Array(5), 2, 3, 1)).toThrow('bytes of the matrix: expected 6 bytes, got 5');
  });
});
