import { bfloat16ToFloat32, float16ToFloat32, float32ToBfloat16, float32ToFloat16 } from '@onnx-compress/math';

/** A floating-point type of two bytes. */
export interface HalfFormat {
  /** Name of the scheme. */
  readonly scheme: 'fp16' | 'bf16';
  readonly dataType: 'float16' | 'bfloat16';
  /** Opset from which Cast knows the type. */
  readonly opset: number;
  /**
   * Signal-to-noise ratio below which small values must have been lost: rounding alone costs no normal number more
   * than half a unit in its last place, which is 66 dB for float16 and 54 dB for bfloat16.
   */
  readonly lowestDb: number;
  /** The values as the type holds them. */
  readonly rounded: (values: Float32Array) => Float32Array;
}

/** IEEE 754 half precision: 11 bits of significand, 6e-8 to 65504. */
export const FLOAT16: HalfFormat = {
  scheme: 'fp16',
  dataType: 'float16',
  opset: 6,
  lowestDb: 60,
  rounded: (values) => float16ToFloat32(float32ToFloat16(values)),
};

/** The upper half of a float32: 8 bits of significand, the whole range. */
export const BFLOAT16: HalfFormat = {
  scheme: 'bf16',
  dataType: 'bfloat16',
  opset: 13,
  lowestDb: 50,
  rounded: (values) => bfloat16ToFloat32(float32ToBfloat16(values)),
};
