import { DistanceAccumulator } from './distance-accumulator.js';
import { BLOCK_CHANNELS, GramBlock } from './gram-block.js';
import { type ChannelLayout, checkLayout } from './layout.js';
import { normPerChannel } from './norms.js';

/** Part of |a|^2 + |b|^2 below which the difference of inner products has lost too many digits. */
const CANCELLED = 1e-6;

/**
 * The sum of each channel's Euclidean distances to all channels, `score(c) = sum_j |x[c] - x[j]|_2`. Distances come from
 * inner products in double precision and blocks of 128 by 128 channels; channels so close that this cancels are
 * subtracted element by element, so that equal channels are exactly 0 apart. Time grows with
 * `channels^2 * outer * inner / 2`, memory beyond the values is constant. NaN or Infinity anywhere makes every sum NaN.
 *
 * For large layers see {@link productDistanceSums}.
 *
 * @param pause awaited after each pair of blocks, a tenth of a second or less apart; may throw to stop
 * @throws RangeError when the layout does not describe the values.
 * @example await distanceSums(Float32Array.of(0, 3, 7), { outer: 1, channels: 3, inner: 1 }, async () => {}) // 10, 7, 11
 */
export async function distanceSums(
  values: Float32Array,
  layout: ChannelLayout,
  pause: () => Promise<void>,
): Promise<Float64Array> {
  checkLayout(values.length, layout);
  const squares = normPerChannel(values, layout, 2).map((norm) => norm * norm);
  const distances = new DistanceAccumulator({ values, layout, squares, scale: 1 }, CANCELLED);
  const size = (first: number) => Math.min(BLOCK_CHANNELS, layout.channels - first);
  const block = new GramBlock();
  for (let left = 0; left < layout.channels; left += BLOCK_CHANNELS) {
    for (let right = left; right < layout.channels; right += BLOCK_CHANNELS) {
      block.compute(values, layout, left, right);
      const [rows, columns] = [size(left), size(right)];
      distances.add({ products: block.products, stride: BLOCK_CHANNELS, left, right, rows, columns });
      await pause();
    }
  }
  return distances.sums();
}
