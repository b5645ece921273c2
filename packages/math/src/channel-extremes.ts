import { type ChannelLayout, checkLayout } from './layout.js';

/** The least and the largest value of each channel. */
export interface ChannelExtremes {
  readonly lows: Float32Array;
  readonly highs: Float32Array;
}

/**
 * What the values of each channel reach, zero included.
 *
 * @param values finite numbers
 * @throws RangeError when the layout does not describe the values
 * @example channelExtremes(Float32Array.of(1, -2, 3, 4), { outer: 1, channels: 2, inner: 2 }) // lows -2, 0; highs 1, 4
 */
export function channelExtremes(values: Float32Array, layout: ChannelLayout): ChannelExtremes {
  checkLayout(values.length, layout);
  const { channels, inner } = layout;
  const lows = new Float32Array(channels);
  const highs = new Float32Array(channels);
  for (let start = 0, channel = 0; start < values.length; start += inner) {
    let low = lows[channel];
    let high = highs[channel];
    for (let i = start; i < start + inner; i++) {
      const value = values[i];
      if (value < low) low = value;
      if (value > high) high = value;
    }
    lows[channel] = low;
    highs[channel] = high;
    if (++channel === channels) channel = 0;
  }
  return { lows, highs };
}
