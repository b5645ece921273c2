import { lengthMismatch } from './messages.js';

/** A matrix whose rows are cut into blocks of neighbouring columns; the last block of a row may be shorter. */
export interface BlockLayout {
  readonly rows: number;
  readonly columns: number;
  readonly blockSize: number;
  /** True for numbers that lie column after column, [columns, rows]. Parameters lie [rows, blocks] all the same. */
  readonly transposed?: boolean;
}

/** The largest unsigned integer of 4 bits. */
export const HIGHEST_NIBBLE = 15;

/** What stands for zero where there are no zero points. */
export const MIDDLE_NIBBLE = 8;

/**
 * How many blocks a row has.
 *
 * @example blocksPerRow({ rows: 2, columns: 70, blockSize: 32 }) // 3
 */
export function blocksPerRow({ columns, blockSize }: Pick<BlockLayout, 'columns' | 'blockSize'>): number {
  return Math.ceil(columns / blockSize);
}

/** @throws RangeError when an array does not hold one number for each of the matrix. */
export function checkMatrix(what: string, length: number, { rows, columns }: BlockLayout): void {
  if (length !== rows * columns) throw lengthMismatch(what, length, rows * columns);
}

/** @throws RangeError when an array does not hold one parameter for each block. */
export function checkParameters(what: string, length: number, layout: BlockLayout): void {
  const blocks = layout.rows * blocksPerRow(layout);
  if (length !== blocks) throw lengthMismatch(what, length, blocks);
}
