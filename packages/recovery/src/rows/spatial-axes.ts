import type { Taps } from '@onnx-compress/core';
import { lengthsOf, toIntegers } from './integers.js';
import type { Stepping } from './stepping.js';

/** The spatial axes of a convolution as the model computes them; names of integers in a row, one for each axis. */
export interface SpatialAxes {
  readonly inputs: string;
  readonly outputs: string;
  /** Zeros in front of the input. */
  readonly begin: string;
}

const added = (left: readonly number[], right: readonly number[]) =>
  left.map((value, axis) => value + (right[axis] ?? 0));

/** Zeros on both sides together where the padding follows from the sizes. */
function totalPadding(taps: Taps, inputs: string, outputs: string, { strides, extents }: Stepping): string {
  const last = taps.op('Mul', [taps.op('Sub', [outputs, taps.integers([1])]), taps.integers(strides)]);
  const missing = taps.op('Sub', [taps.op('Add', [last, taps.integers(extents)]), inputs]);
  return toIntegers(taps, taps.op('Relu', [taps.float(missing)]));
}

/** Sizes and padding of a convolution of this value. */
export function spatialAxes(taps: Taps, data: string, stepping: Stepping): SpatialAxes {
  const { strides, extents, padding } = stepping;
  const inputs = lengthsOf(
    taps,
    data,
    [...strides.keys()].map((axis) => axis + 2),
  );
  const steps = taps.integers(strides);
  const divided = (rest: readonly number[]) => taps.op('Div', [taps.op('Add', [inputs, taps.integers(rest)]), steps]);
  if (padding.kind === 'explicit') {
    const rest = added(
      added(padding.begin, padding.end),
      extents.map((extent) => -extent),
    );
    return { inputs, outputs: divided(added(rest, strides)), begin: taps.integers(padding.begin) };
  }
  const outputs = divided(strides.map((stride) => stride - 1));
  const total = totalPadding(taps, inputs, outputs, stepping);
  const rounded = padding.odd === 'first' ? taps.op('Add', [total, taps.integers([1])]) : total;
  return { inputs, outputs, begin: taps.op('Div', [rounded, taps.integers([2])]) };
}
