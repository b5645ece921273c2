import { BLOCK_CHANNELS, GramBlock } from './gram-block.js';
import { type ChannelLayout, checkLayout } from './layout.js';
import { normPerChannel } from './norms.js';

/** Part of |a|^2 + |b|^2 below which the difference of inner products has lost too many digits. */
const CANCELLED = 1e-6;

/**
 * The sum of each channel's Euclidean distances to all channels, `score(c) = sum_j |x[c] - x[j]|_2`. Distances come from
 * inner products, `|a - b|^2 = |a|^2 + |b|^2 - 2 ab`, in double precision and blocks of 128 by 128 channels; channels so
 * close that this cancels are subtracted element by element, so that equal channels are exactly 0 apart. Time grows with
 * `channels^2 * outer * inner / 2`, memory beyond the values is constant. NaN or Infinity anywhere makes every sum NaN.
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
  const sums = new Float64Array(layout.channels);
  const block = new GramBlock();
  for (let left = 0; left < layout.channels; left += BLOCK_CHANNELS) {
    for (let right = left; right < layout.channels; right += BLOCK_CHANNELS) {
      block.compute(values, layout, left, right);
      addDistances({ values, layout, squares, sums }, block.products, left, right);
      await pause();
    }
  }
  return sums;
}

interface Distances {
  readonly values: Float32Array;
  readonly layout: ChannelLayout;
  readonly squares: Float64Array;
  readonly sums: Float64Array;
}

/** Adds each pair of different channels of two blocks once to both; every sum grows in the order of the channels. */
function addDistances(distances: Distances, products: Float64Array, left: number, right: number): void {
  const { values, layout, squares, sums } = distances;
  const [leftEnd, rightEnd] = [left, right].map((start) => Math.min(start + BLOCK_CHANNELS, layout.channels));
  for (let a = left; a < leftEnd; a++) {
    for (let b = Math.max(right, a + 1); b < rightEnd; b++) {
      const norms = squares[a] + squares[b];
      let square = norms - 2 * products[(a - left) * BLOCK_CHANNELS + b - right];
      if (square <= CANCELLED * norms) square = squaredDifference(values, layout, a, b);
      const distance = Math.sqrt(square);
      sums[a] += distance;
      sums[b] += distance;
    }
  }
}

function squaredDifference(values: Float32Array, layout: ChannelLayout, a: number, b: number): number {
  const { channels, inner } = layout;
  let sum = 0;
  for (let start = 0; start < values.length; start += channels * inner) {
    for (let i = start; i < start + inner; i++) {
      const difference = values[i + a * inner] - values[i + b * inner];
      sum += difference * difference;
    }
  }
  return sum;
}
