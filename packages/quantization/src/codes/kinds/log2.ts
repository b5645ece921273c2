import { yieldToEventLoop } from '@onnx-compress/core';
import { type ChannelLayout, channelStatistics, type Pause, squaredErrors } from '@onnx-compress/math';
import { layoutOf } from '../../weights/int8-weight.js';
import { tableWeight } from '../table-weight.js';
import type { WeightCode } from '../weight-code.js';

/** Largest power below that of the largest number that is tried: fewer bits reach less far down, and gain by clipping. */
const MOST_CLIPPED = 4;

const EXPONENTS = { least: -126, most: 127 } as const;

/**
 * Numbers become zero or a power of two with a sign: `2^(bits - 1) - 1` powers in a row, up to one that is chosen for each
 * channel.
 */
export function log2(bits: number): WeightCode {
  const tables = powersOfTwo(2 ** (bits - 1) - 1);
  return {
    scheme: 'log2',
    async fit(values, subject, { signal }) {
      const axis = subject.channelAxis;
      const pause = () => yieldToEventLoop(signal);
      const scales = await largestPowers(values, layoutOf(subject.dims, axis), tables, pause);
      return tableWeight({ bits, axis, tables, size: tables.length, scales }, subject);
    },
  };
}

/** `-1, -1/2, ... 0, ... 1/2, 1`, with so many powers on each side. */
const powersOfTwo = (count: number): Float32Array =>
  Float32Array.from({ length: 2 * count + 1 }, (_, index) => {
    const place = index - count;
    return Math.sign(place) * (place === 0 ? 0 : 2 ** (Math.abs(place) - count));
  });

/** The largest power of each channel: that with the least squared error, from the one nearest to its largest number down. */
async function largestPowers(
  values: Float32Array,
  layout: ChannelLayout,
  tables: Float32Array,
  pause: Pause,
): Promise<Float32Array> {
  const { peaks } = await channelStatistics(values, layout, pause);
  const nearest = peaks.map(nearestPower);
  const best = new Float32Array(nearest);
  let least: Float64Array | undefined;
  for (let clipped = 0; clipped <= MOST_CLIPPED; clipped++) {
    await pause();
    const scales = nearest.map((power) => Math.max(2 ** EXPONENTS.least, power / 2 ** clipped));
    const errors = await squaredErrors(values, layout, { tables, size: tables.length, scales }, pause);
    const before = least ?? errors;
    for (const [channel, error] of errors.entries()) {
      if (error < (before[channel] ?? 0)) best[channel] = scales[channel] ?? 1;
    }
    least = errors.map((error, channel) => Math.min(error, before[channel] ?? error));
  }
  return best;
}

/** The power of two nearest to a magnitude; 1 for zero. */
function nearestPower(magnitude: number): number {
  if (magnitude === 0) return 1;
  const below = Math.max(EXPONENTS.least, Math.floor(Math.log2(magnitude)));
  const exponent = magnitude >= 1.5 * 2 ** below ? below + 1 : below;
  return 2 ** Math.min(EXPONENTS.most, exponent);
}
