import { type ChannelLayout, checkLayout } from './layout.js';
import { lengthMismatch } from './messages.js';

/** Adding and subtracting this rounds to the nearest integer, ties to even (see rounding.ts). */
const ROUNDING_SHIFT = 1.5 * 2 ** 52;
const INT8_MAX = 127;
const INT8_MIN = -128;

/**
 * Symmetric int8 quantization with zero point 0, bit-exact with ONNX QuantizeLinear as onnxruntime computes it:
 * `round half to even (fround(x / scale))`, saturated to -128..127. Infinities saturate; NaN, and 0 at scale 0,
 * become 0.
 *
 * `scales` holds one scale per channel; per tensor is the layout {@link wholeTensor} with one scale.
 *
 * @throws RangeError when the layout, the number of scales or the target's length do not fit the values.
 * @example
 * const target = new Int8Array(4);
 * quantizeSymmetric(Float32Array.of(0.5, 1.5, -2.5, 999), wholeTensor(4), Float32Array.of(1), target); // 0, 2, -2, 127
 */
export function quantizeSymmetric(
  values: Float32Array,
  layout: ChannelLayout,
  scales: Float32Array,
  target: Int8Array,
): void {
  checkLayout(values.length, layout);
  if (scales.length !== layout.channels) throw lengthMismatch('scales', scales.length, layout.channels);
  if (target.length !== values.length) throw lengthMismatch('target', target.length, values.length);
  if (layout.inner === 1 && layout.channels > 1) quantizeRows(values, scales, target);
  else quantizeBlocks(values, layout, scales, target);
}

/** inner = 1: each row holds one element of every channel. */
function quantizeRows(values: Float32Array, scales: Float32Array, target: Int8Array): void {
  const channels = scales.length;
  for (let row = 0; row < values.length; row += channels) {
    for (let channel = 0; channel < channels; channel++) {
      const quotient = Math.fround(values[row + channel] / scales[channel]);
      target[row + channel] = saturate(quotient) + ROUNDING_SHIFT - ROUNDING_SHIFT;
    }
  }
}

function quantizeBlocks(
  values: Float32Array,
  { channels, inner }: ChannelLayout,
  scales: Float32Array,
  target: Int8Array,
): void {
  for (let start = 0, channel = 0; start < values.length; start += inner) {
    quantizeRange(values, start, start + inner, scales[channel], target);
    if (++channel === channels) channel = 0;
  }
}

function quantizeRange(values: Float32Array, start: number, end: number, scale: number, target: Int8Array): void {
  for (let i = start; i < end; i++) {
    const quotient = Math.fround(values[i] / scale);
    target[i] = saturate(quotient) + ROUNDING_SHIFT - ROUNDING_SHIFT;
  }
}

/** Comparisons rather than `Math.min` and `Math.max`, which take half as long again in V8. */
function saturate(x: number): number {
  if (x > INT8_MAX) return INT8_MAX;
  if (x < INT8_MIN) return INT8_MIN;
  return x;
}
