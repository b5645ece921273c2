import { type BlockLayout, blocksPerRow, MIDDLE_NIBBLE } from '../block-layout.js';
import type { BlockParameters } from '../block-parameters.js';
import type { BlockSearch } from './gptq-block.js';
import type { ColumnOrder, OrderedBlock } from './gptq-order.js';

/** A matrix in blocks of 4-bit numbers. */
export interface AssignedBlocks {
  readonly parameters: BlockParameters;
  /** One in a byte, in the order of the matrix. */
  readonly nibbles: Uint8Array;
}

/** A matrix whose columns are looked at in another order, and the blocks that were chosen for it. */
export class OrderedRows {
  readonly nibbles: Uint8Array;
  readonly #scales: Float32Array;
  readonly #zeroPoints: Uint8Array;
  readonly #perRow: number;

  constructor(
    private readonly matrix: Float32Array,
    readonly layout: BlockLayout,
    readonly order: ColumnOrder,
  ) {
    this.#perRow = blocksPerRow(layout);
    this.nibbles = new Uint8Array(matrix.length);
    this.#scales = new Float32Array(layout.rows * this.#perRow);
    this.#zeroPoints = new Uint8Array(this.#scales.length).fill(MIDDLE_NIBBLE);
  }

  /** The numbers of one block of a row, plus what is added to each. */
  targets(row: number, { first }: OrderedBlock, added: Float64Array, into: Float64Array): void {
    const start = row * this.layout.columns;
    for (let at = 0; at < into.length; at++) into[at] = this.matrix[start + this.order.columns[first + at]] + added[at];
  }

  /** Takes over what a search found. */
  store(row: number, { index, first, size }: OrderedBlock, found: BlockSearch): void {
    const block = row * this.#perRow + index;
    const start = row * this.layout.columns;
    this.#scales[block] = found.scale;
    this.#zeroPoints[block] = found.zeroPoint;
    for (let at = 0; at < size; at++) this.nibbles[start + this.order.columns[first + at]] = found.nibbles[at];
  }

  /** Hands what is known of a block to a search. */
  load(row: number, { index, first, size }: OrderedBlock, search: BlockSearch): void {
    const block = row * this.#perRow + index;
    const start = row * this.layout.columns;
    search.scale = this.#scales[block];
    search.zeroPoint = this.#zeroPoints[block];
    for (let at = 0; at < size; at++) search.nibbles[at] = this.nibbles[start + this.order.columns[first + at]];
  }

  /** What the numbers of a block are above what its nibbles stand for. */
  errors(row: number, { index, first }: OrderedBlock, into: Float64Array): void {
    const block = row * this.#perRow + index;
    const start = row * this.layout.columns;
    for (let at = 0; at < into.length; at++) {
      const column = start + this.order.columns[first + at];
      into[at] = this.matrix[column] - (this.nibbles[column] - this.#zeroPoints[block]) * this.#scales[block];
    }
  }

  assigned(symmetric: boolean): AssignedBlocks {
    const parameters = { scales: this.#scales, ...(!symmetric && { zeroPoints: this.#zeroPoints }) };
    return { parameters, nibbles: this.nibbles };
  }
}
