import { roundHalfToEven } from '@onnx-compress/math';

/** How a value between layers is stored as integers: `value = scale * (integer - zeroPoint)`, one scale for all of it. */
export interface ActivationScale {
  readonly dataType: 'uint8' | 'int8';
  /** A normal, positive float32. */
  readonly scale: number;
  readonly zeroPoint: number;
}

/** What values reach; always with zero inside, since padding and activation functions need it exact. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** How integers stand for a range. */
export interface ScaleOptions {
  readonly dataType: ActivationScale['dataType'];
  /** As far below zero as above: the zero point lies in the middle. */
  readonly symmetric: boolean;
  /** 7 bits in place of 8, for processors that add products of bytes in 16 bits. */
  readonly reduceRange?: boolean;
}

/** Below this a float32 is subnormal, and dividing by it no longer accurate. */
const SMALLEST_SCALE = 2 ** -126;

/** Integers of a type, with all of its 8 bits or with 7 of them. */
const LIMITS = {
  uint8: { full: [0, 255], reduced: [0, 127] },
  int8: { full: [-128, 127], reduced: [-64, 63] },
} as const;

/**
 * Scale and zero point of a range, as ONNX QuantizeLinear takes them. With integers from `least` to `most`, and zero
 * counted to the range:
 *
 * `scale = (high - low) / (most - least)`, `zeroPoint = round(least - low / scale)`, ties to even.
 *
 * Symmetric: `scale = max(high, -low) / (most - middle)`, `zeroPoint = middle`, which is 128, or 64 with 7 bits, for
 * uint8 and 0 for int8. Zero is always exact. Where nothing lies below zero, the zero point of an asymmetric scale is
 * the least integer, so that onnxruntime drops a Relu in front. A range of zeros, or one too small for a normal float32,
 * gets the scale 1.
 *
 * @example activationScale({ low: 0, high: 6 }, { dataType: 'uint8', symmetric: false }) // scale 6 / 255, zero point 0
 */
export function activationScale(range: Range, { dataType, symmetric, reduceRange }: ScaleOptions): ActivationScale {
  const [least, most] = LIMITS[dataType][reduceRange === true ? 'reduced' : 'full'];
  const low = Math.min(0, range.low);
  const high = Math.max(0, range.high);
  if (symmetric) {
    const middle = (least + most + 1) / 2;
    return { dataType, scale: normalScale(Math.max(high, -low) / (most - middle)), zeroPoint: middle };
  }
  const scale = normalScale((high - low) / (most - least));
  return { dataType, scale, zeroPoint: Math.min(most, least + roundHalfToEven(-low / scale)) };
}

/** What the integers of a scale reach, from the least to the most. */
export function representedRange({ dataType, scale, zeroPoint }: ActivationScale): Range {
  const [least, most] = LIMITS[dataType].full;
  return { low: (least - zeroPoint) * scale, high: (most - zeroPoint) * scale };
}

/** The least range that holds all of them; from 0 to 0 for none. */
export function sharedRange(ranges: readonly Range[]): Range {
  return {
    low: ranges.reduce((least, { low }) => Math.min(least, low), 0),
    high: ranges.reduce((most, { high }) => Math.max(most, high), 0),
  };
}

function normalScale(exact: number): number {
  const scale = Math.fround(exact);
  return scale < SMALLEST_SCALE ? 1 : scale;
}
