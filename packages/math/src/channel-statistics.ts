import { type ChannelLayout, checkLayout } from './layout.js';
import { inRanges, type Pause } from './linear-algebra/pacing.js';

/** What scales of channels are found from. */
export interface ChannelStatistics {
  /** The largest magnitude of each channel. */
  readonly peaks: Float32Array;
  /** Sum of the magnitudes of each channel. */
  readonly magnitudes: Float64Array;
  /** Sum of the squares of each channel. */
  readonly squares: Float64Array;
}

/**
 * Largest magnitude, sum of magnitudes and sum of squares of each channel, in one pass over the values.
 *
 * @param values finite
 * @param pause called every 25 ms
 * @throws RangeError when the layout does not describe the values.
 * @throws whatever `pause` throws
 * @example (await channelStatistics(Float32Array.of(3, -4), wholeTensor(2), pause)).squares // [25]
 */
export async function channelStatistics(
  values: Float32Array,
  layout: ChannelLayout,
  pause: Pause,
): Promise<ChannelStatistics> {
  checkLayout(values.length, layout);
  const { channels } = layout;
  const statistics = {
    peaks: new Float32Array(channels),
    magnitudes: new Float64Array(channels),
    squares: new Float64Array(channels),
  };
  await inRanges(values.length, (from, to) => addRange(statistics, values, layout, from, to), pause);
  return statistics;
}

function addRange(
  { peaks, magnitudes, squares }: ChannelStatistics,
  values: Float32Array,
  { inner, channels }: ChannelLayout,
  from: number,
  to: number,
): void {
  let channel = Math.floor(from / inner) % channels;
  for (let at = from, end = from - (from % inner) + inner; at < to; end += inner) {
    let [peak, sum, energy] = [peaks[channel], magnitudes[channel], squares[channel]];
    for (const stop = Math.min(end, to); at < stop; at++) {
      const magnitude = Math.abs(values[at]);
      if (magnitude > peak) peak = magnitude;
      sum += magnitude;
      energy += magnitude * magnitude;
    }
    [peaks[channel], magnitudes[channel], squares[channel]] = [peak, sum, energy];
    if (++channel === channels) channel = 0;
  }
}
