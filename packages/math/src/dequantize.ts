import { type ChannelLayout, checkLayout } from './layout.js';
import { lengthMismatch } from './messages.js';

/**
 * What symmetric int8 values stand for: `scale * integer`, rounded to float32, as ONNX DequantizeLinear computes it
 * with zero point 0. The inverse of `quantizeSymmetric` up to half a scale.
 *
 * @throws RangeError when the layout, the number of scales or the target's length do not fit the integers.
 */
export function dequantizeSymmetric(
  integers: Int8Array,
  layout: ChannelLayout,
  scales: Float32Array,
  target: Float32Array,
): void {
  checkLayout(integers.length, layout);
  if (scales.length !== layout.channels) throw lengthMismatch('scales', scales.length, layout.channels);
  if (target.length !== integers.length) throw lengthMismatch('target', target.length, integers.length);
  for (let start = 0, channel = 0; start < integers.length; start += layout.inner) {
    const scale = scales[channel];
    for (let i = start; i < start + layout.inner; i++) target[i] = integers[i] * scale;
    if (++channel === layout.channels) channel = 0;
  }
}
