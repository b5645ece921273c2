import { byteLengthMismatch } from './messages.js';
import { type Words, wordsOf } from './words.js';

/** Square tiles keep both the rows read and the columns written in the first-level cache. */
const TILE = 32;

/**
 * The transpose of a row-major matrix [rows, columns], for elements of any whole number of bytes.
 *
 * @throws RangeError when the bytes do not fit the shape.
 * @example transpose2d(Uint8Array.of(1, 2, 3, 4, 5, 6), 2, 3, 1) // 1, 4, 2, 5, 3, 6
 */
export function transpose2d(bytes: Uint8Array, rows: number, columns: number, elementBytes: number): Uint8Array {
  const expected = rows * columns * elementBytes;
  if (bytes.length !== expected) throw byteLengthMismatch('bytes of the matrix', bytes.length, expected);
  const result = new Uint8Array(expected);
  const source = wordsOf(bytes, elementBytes);
  const target = wordsOf(result, elementBytes);
  const words = elementBytes / source.BYTES_PER_ELEMENT;
  for (let row = 0; row < rows; row += TILE) {
    for (let column = 0; column < columns; column += TILE) {
      const tile = { row, rowEnd: Math.min(row + TILE, rows), column, columnEnd: Math.min(column + TILE, columns) };
      if (words === 1) transposeTile(source, target, rows, columns, tile);
      else transposeWideTile(source, target, rows, columns, tile, words);
    }
  }
  return result;
}

interface Tile {
  readonly row: number;
  readonly rowEnd: number;
  readonly column: number;
  readonly columnEnd: number;
}

function transposeTile(source: Words, target: Words, rows: number, columns: number, tile: Tile): void {
  for (let column = tile.column; column < tile.columnEnd; column++) {
    for (let row = tile.row; row < tile.rowEnd; row++) {
      target[column * rows + row] = source[row * columns + column];
    }
  }
}

function transposeWideTile(
  source: Words,
  target: Words,
  rows: number,
  columns: number,
  tile: Tile,
  words: number,
): void {
  for (let column = tile.column; column < tile.columnEnd; column++) {
    for (let row = tile.row; row < tile.rowEnd; row++) {
      const to = (column * rows + row) * words;
      const from = (row * columns + column) * words;
      for (let word = 0; word < words; word++) target[to + word] = source[from + word];
    }
  }
}
