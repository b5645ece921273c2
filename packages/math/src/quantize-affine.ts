import { type ChannelLayout, checkLayout } from './layout.js';
import { lengthMismatch } from './messages.js';

/** Adding and subtracting this rounds to the nearest integer, ties to even (see rounding.ts). */
const ROUNDING_SHIFT = 1.5 * 2 ** 52;
const UINT8_MAX = 255;

/** One scale and one zero point per channel. */
export interface AffineParameters {
  readonly scales: Float32Array;
  readonly zeroPoints: Uint8Array;
}

/**
 * Asymmetric uint8 quantization, bit-exact with ONNX QuantizeLinear as onnxruntime computes it:
 * `round half to even (fround(x / scale)) + zero point`, saturated to 0..255. Infinities saturate; NaN gives the zero
 * point.
 *
 * @throws RangeError when the layout, the number of parameters or the target's length do not fit the values
 * @example
 * const target = new Uint8Array(3);
 * const parameters = { scales: Float32Array.of(0.5), zeroPoints: Uint8Array.of(2) };
 * quantizeAffine(Float32Array.of(-1, 0, 0.5), wholeTensor(3), parameters, target); // 0, 2, 3
 */
export function quantizeAffine(
  values: Float32Array,
  layout: ChannelLayout,
  parameters: AffineParameters,
  target: Uint8Array,
): void {
  checkAffine(values.length, layout, parameters, target.length);
  const { scales, zeroPoints } = parameters;
  for (let start = 0, channel = 0; start < values.length; start += layout.inner) {
    const scale = scales[channel];
    const zeroPoint = zeroPoints[channel];
    for (let i = start; i < start + layout.inner; i++) {
      target[i] = saturated(Math.fround(values[i] / scale) + ROUNDING_SHIFT - ROUNDING_SHIFT + zeroPoint, zeroPoint);
    }
    if (++channel === layout.channels) channel = 0;
  }
}

/**
 * What asymmetric uint8 values stand for: `scale * (integer - zero point)`, rounded to float32, as ONNX
 * DequantizeLinear computes it. The inverse of {@link quantizeAffine} up to half a scale.
 *
 * @throws RangeError when the layout, the number of parameters or the target's length do not fit the integers
 */
export function dequantizeAffine(
  integers: Uint8Array,
  layout: ChannelLayout,
  parameters: AffineParameters,
  target: Float32Array,
): void {
  checkAffine(integers.length, layout, parameters, target.length);
  const { scales, zeroPoints } = parameters;
  for (let start = 0, channel = 0; start < integers.length; start += layout.inner) {
    const scale = scales[channel];
    const zeroPoint = zeroPoints[channel];
    for (let i = start; i < start + layout.inner; i++) target[i] = (integers[i] - zeroPoint) * scale;
    if (++channel === layout.channels) channel = 0;
  }
}

function checkAffine(length: number, layout: ChannelLayout, { scales, zeroPoints }: AffineParameters, target: number) {
  checkLayout(length, layout);
  if (scales.length !== layout.channels) throw lengthMismatch('scales', scales.length, layout.channels);
  if (zeroPoints.length !== layout.channels) throw lengthMismatch('zero points', zeroPoints.length, layout.channels);
  if (target !== length) throw lengthMismatch('target', target, length);
}

function saturated(integer: number, zeroPoint: number): number {
  if (integer > UINT8_MAX) return UINT8_MAX;
  if (integer >= 0) return integer;
  return integer < 0 ? 0 : zeroPoint;
}
