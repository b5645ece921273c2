import type { ChannelLayout } from './layout.js';

/** Channels in one block; a multiple of the four that the inner loop takes at once. */
export const BLOCK_CHANNELS = 128;

/** Elements of each channel that are packed at a time: both panels fit the second-level cache. */
const DEPTH = 128;

/**
 * Inner products of the channels of one block with those of another, in double precision. Every product is summed in
 * the order of the elements, so equal channels have equal products, wherever they lie.
 */
export class GramBlock {
  /** Row-major, `BLOCK_CHANNELS` to a row, one row for each channel of the left block. */
  readonly products = new Float64Array(BLOCK_CHANNELS * BLOCK_CHANNELS);
  readonly #left = new Float64Array(BLOCK_CHANNELS * DEPTH);
  readonly #right = new Float64Array(BLOCK_CHANNELS * DEPTH);

  /**
   * Fills `products` for the blocks that start at channels `left` and `right`. Entries past the last channel are
   * undefined, and so are, where both blocks are the same, those below the diagonal.
   */
  compute(values: Float32Array, layout: ChannelLayout, left: number, right: number): void {
    const [rows, columns] = [left, right].map((first) => Math.min(BLOCK_CHANNELS, layout.channels - first));
    const length = layout.outer * layout.inner;
    this.products.fill(0);
    for (let start = 0; start < length; start += DEPTH) {
      const part = { start, depth: Math.min(DEPTH, length - start) };
      packBlock(values, layout, part, left, rows, this.#left);
      if (left === right) this.#right.set(this.#left);
      else packBlock(values, layout, part, right, columns, this.#right);
      for (let row = 0; row < rows; row += 4) {
        for (let column = left === right ? row : 0; column < columns; column += 4) {
          addTile(this.#left, this.#right, this.products, row, column, part.depth);
        }
      }
    }
  }
}

/** Adds the products of four channels with four others; their sixteen sums stay in registers meanwhile. */
function addTile(
  left: Float64Array,
  right: Float64Array,
  products: Float64Array,
  row: number,
  column: number,
  depth: number,
): void {
  let [s00, s01, s02, s03, s10, s11, s12, s13] = [0, 0, 0, 0, 0, 0, 0, 0];
  let [s20, s21, s22, s23, s30, s31, s32, s33] = [0, 0, 0, 0, 0, 0, 0, 0];
  const end = row * DEPTH + 4 * depth;
  for (let p = row * DEPTH, q = column * DEPTH; p < end; p += 4, q += 4) {
    const b0 = right[q];
    const b1 = right[q + 1];
    const b2 = right[q + 2];
    const b3 = right[q + 3];
    const a0 = left[p];
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3;
    const a1 = left[p + 1];
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3;
    const a2 = left[p + 2];
    s20 += a2 * b0;
    s21 += a2 * b1;
    s22 += a2 * b2;
    s23 += a2 * b3;
    const a3 = left[p + 3];
    s30 += a3 * b0;
    s31 += a3 * b1;
    s32 += a3 * b2;
    s33 += a3 * b3;
  }
  addRow(products, row * BLOCK_CHANNELS + column, s00, s01, s02, s03);
  addRow(products, (row + 1) * BLOCK_CHANNELS + column, s10, s11, s12, s13);
  addRow(products, (row + 2) * BLOCK_CHANNELS + column, s20, s21, s22, s23);
  addRow(products, (row + 3) * BLOCK_CHANNELS + column, s30, s31, s32, s33);
}

function addRow(products: Float64Array, at: number, first: number, second: number, third: number, fourth: number) {
  products[at] += first;
  products[at + 1] += second;
  products[at + 2] += third;
  products[at + 3] += fourth;
}

/** Elements `start` to `start + depth` of every channel. */
interface Part {
  readonly start: number;
  readonly depth: number;
}

/** Packs channels of a block: element k of channel c goes to `(c & ~3) * DEPTH + 4 * k + (c & 3)`. */
function packBlock(
  values: Float32Array,
  layout: ChannelLayout,
  part: Part,
  first: number,
  count: number,
  panel: Float64Array,
): void {
  for (let row = 0; row < count; row++) {
    pack(values, layout, part, first + row, panel, (row - (row % 4)) * DEPTH + (row % 4));
  }
}

/** Copies a part of a channel, run by run, to every fourth place of the panel. */
function pack(
  values: Float32Array,
  { channels, inner }: ChannelLayout,
  { start, depth }: Part,
  channel: number,
  panel: Float64Array,
  target: number,
): void {
  const end = target + 4 * depth;
  let offset = start % inner;
  let source = ((start - offset) / inner) * channels * inner + channel * inner + offset;
  for (let to = target; to < end; offset = 0) {
    const runEnd = Math.min(end, to + 4 * (inner - offset));
    for (; to < runEnd; to += 4) panel[to] = values[source++];
    source += (channels - 1) * inner;
  }
}
