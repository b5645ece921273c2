import { channelRows, type Rows } from './channel-rows.js';
import { DistanceAccumulator } from './distance-accumulator.js';
import { type ChannelLayout, checkLayout } from './layout.js';

/** Most channels in a block of rows, and most values: 1 MB. */
const BLOCK_ROWS = 512;
const BLOCK_VALUES = 1 << 18;

/**
 * Part of |a|^2 + |b|^2 below which a float32 product is not enough: its error is a few 1e-7 of the norms, so above it
 * no distance is further off than 1e-5 of itself.
 */
const CANCELLED = 2 ** -6;

/** Hands over the inner products of all rows of one matrix with all rows of the other, row-major. */
export type RowProducts = (left: Rows, right: Rows, use: (products: Float32Array) => void) => Promise<void>;

/**
 * What {@link distanceSums} computes, by matrix products in single precision that somebody else carries out. Each sum is
 * right to 1e-5 of itself: channels with much in common are centred first, and pairs whose products cancel are subtracted
 * element by element in double precision, so that equal channels have equal sums. Memory: the values once more, unless
 * they are rows with little in common, and products of 1 MB.
 *
 * @returns undefined where the channels hold NaN or Infinity
 * @throws RangeError when the layout does not describe the values.
 * @example
 * await productDistanceSums(filters, layout, (left, right, use) =>
 *   gemm.rowProducts(left, right, ({ values }) => use(values), signal),
 * );
 */
export async function productDistanceSums(
  values: Float32Array,
  layout: ChannelLayout,
  rowProducts: RowProducts,
): Promise<Float64Array | undefined> {
  checkLayout(values.length, layout);
  const { values: rows, squares, scale } = channelRows(values, layout);
  if (!squares.every(Number.isFinite)) return undefined;
  const distances = new DistanceAccumulator({ values, layout, squares, scale }, CANCELLED);
  const blocks = blocksOf(rows, layout);
  for (const [left, leftRows] of blocks) {
    for (const [right, rightRows] of blocks) {
      if (right < left) continue;
      const [rows, columns] = [leftRows.rows, rightRows.rows];
      await rowProducts(leftRows, rightRows, (products) =>
        distances.add({ products, stride: columns, left, right, rows, columns }),
      );
    }
  }
  return distances.sums();
}

/** All rows, block by block, by their first row. */
function blocksOf(values: Float32Array, { outer, channels, inner }: ChannelLayout): ReadonlyMap<number, Rows> {
  const columns = outer * inner;
  const size = Math.max(1, Math.min(BLOCK_ROWS, Math.floor(BLOCK_VALUES / columns)));
  const blocks = new Map<number, Rows>();
  for (let first = 0; first < channels; first += size) {
    const rows = Math.min(size, channels - first);
    blocks.set(first, { rows, columns, values: values.subarray(first * columns, (first + rows) * columns) });
  }
  return blocks;
}
