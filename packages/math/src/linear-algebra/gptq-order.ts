import { type BlockLayout, blocksPerRow } from '../block-layout.js';

/** Columns of a block, at successive positions. */
export interface OrderedBlock {
  /** Which block of a row it is. */
  readonly index: number;
  /** Its first position. */
  readonly first: number;
  readonly size: number;
}

/** The columns in the order of their positions, block by block; those that matter most come last. */
export interface ColumnOrder {
  readonly columns: Int32Array;
  readonly blocks: readonly OrderedBlock[];
}

/**
 * Sorts blocks by the mean of what their columns weigh on the diagonal of the Gram matrix, and the columns of each block by
 * theirs: blocks stay together, so that each has its scale when its columns are rounded.
 */
export function columnOrder(layout: BlockLayout, gram: Float64Array): ColumnOrder {
  const { columns, blockSize } = layout;
  const weight = (column: number) => gram[column * columns + column];
  const blocks = Array.from({ length: blocksPerRow(layout) }, (_, index) => {
    const start = index * blockSize;
    const own = Array.from({ length: Math.min(blockSize, columns - start) }, (_, offset) => start + offset);
    const mean = own.reduce((sum, column) => sum + weight(column), 0) / own.length;
    return { index, mean, own: own.sort((one, other) => weight(one) - weight(other)) };
  });
  blocks.sort((one, other) => one.mean - other.mean);
  let first = 0;
  const ordered = blocks.map(({ index, own: { length: size } }) => {
    const block = { index, first, size };
    first += size;
    return block;
  });
  return { columns: Int32Array.from(blocks.flatMap(({ own }) => own)), blocks: ordered };
}
