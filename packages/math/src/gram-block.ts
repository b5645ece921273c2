import type { ChannelLayout } from './layout.js';
import { multiplyTile, tile } from './linear-algebra/packed-products.js';

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

/** Adds the products of four channels with four others. */
function addTile(
  left: Float64Array,
  right: Float64Array,
  products: Float64Array,
  row: number,
  column: number,
  depth: number,
): void {
  multiplyTile(left, row * DEPTH, right, column * DEPTH, depth);
  const at = row * BLOCK_CHANNELS + column;
  for (let index = 0; index < tile.length; index += 4) {
    const to = at + (index / 4) * BLOCK_CHANNELS;
    products[to] += tile[index];
    products[to + 1] += tile[index + 1];
    products[to + 2] += tile[index + 2];
    products[to + 3] += tile[index + 3];
  }
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
