import type { Taps } from '@onnx-compress/core';

/** `TensorProto.INT64`. */
const INT64 = 7;

/** The value in whole numbers of 64 bits. */
export function toIntegers(taps: Taps, value: string): string {
  return taps.op('Cast', [value], { to: { int: INT64 } });
}

/** The lengths of some axes of a value, in a row. */
export function lengthsOf(taps: Taps, value: string, axes: readonly number[]): string {
  return taps.op('Gather', [taps.op('Shape', [value]), taps.integers(axes)]);
}

/** One number out of a row of them, as a row by itself. */
export function integerAt(taps: Taps, integers: string, index: number): string {
  return taps.op('Gather', [integers, taps.integers([index])]);
}
