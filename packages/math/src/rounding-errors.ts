import { type ChannelLayout, checkLayout } from './layout.js';
import { lengthMismatch } from './messages.js';

/** Adding and subtracting this rounds to the nearest integer, ties to even (see rounding.ts). */
const ROUNDING_SHIFT = 1.5 * 2 ** 52;
const LIMIT = 127;

/**
 * What symmetric quantization to -127..127 costs each channel: the sum of squared differences between its values and
 * their quantized form.
 *
 * @param values finite numbers
 * @param scales one for each channel
 * @throws RangeError when the layout or the number of scales do not fit the values
 * @example roundingErrors(Float32Array.of(0.25, 1), wholeTensor(2), Float32Array.of(1)) // [0.0625]
 */
export function roundingErrors(values: Float32Array, layout: ChannelLayout, scales: Float32Array): Float64Array {
  checkLayout(values.length, layout);
  const { channels, inner } = layout;
  if (scales.length !== channels) throw lengthMismatch('scales', scales.length, channels);
  const errors = new Float64Array(channels);
  for (let start = 0, channel = 0; start < values.length; start += inner) {
    const scale = scales[channel];
    let sum = 0;
    for (let i = start; i < start + inner; i++) {
      const exact = values[i] / scale;
      const clipped = Math.max(-LIMIT, Math.min(LIMIT, exact));
      const distance = exact - (clipped + ROUNDING_SHIFT - ROUNDING_SHIFT);
      sum += distance * distance;
    }
    errors[channel] += sum * scale * scale;
    if (++channel === channels) channel = 0;
  }
  return errors;
}
