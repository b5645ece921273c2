import type { Taps } from '@onnx-compress/core';
import { elementCount, int64Tensor, present } from '@onnx-compress/graph';
import { integerAt, toIntegers } from './integers.js';
import type { SpatialAxes } from './spatial-axes.js';
import type { Stepping } from './stepping.js';

/** Flattened indices split up into one coordinate for each axis, [count, 1] each. */
function coordinatesOf(taps: Taps, indices: string, outputs: string, axes: number): readonly string[] {
  const coordinates: string[] = [];
  let rest = taps.reshape(indices, [-1, 1]);
  for (let axis = axes - 1; axis > 0; axis--) {
    const length = integerAt(taps, outputs, axis);
    const quotient = taps.op('Div', [rest, length]);
    coordinates.unshift(taps.op('Sub', [rest, taps.op('Mul', [quotient, length])]));
    rest = quotient;
  }
  return [rest, ...coordinates];
}

/** Where each kernel position lies along an axis, [1, kernel positions]. */
function kernelOffsets(taps: Taps, kernel: readonly number[], axis: number, dilation: number): string {
  const inner = elementCount(kernel.slice(axis + 1));
  const size = present(kernel[axis], 'kernel size');
  const offsets = Array.from(
    { length: elementCount(kernel) },
    (_, position) => (Math.floor(position / inner) % size) * dilation,
  );
  return taps.constant(int64Tensor([1, offsets.length], offsets));
}

/** 1 where a coordinate is one of the input, 0 where it is in the padding. */
function insideOf(taps: Taps, coordinate: string, length: string): string {
  const place = taps.float(coordinate);
  const isBefore = taps.op('Less', [place, taps.float(taps.integers([0]))]);
  const isWithin = taps.op('And', [taps.op('Not', [isBefore]), taps.op('Less', [place, taps.float(length)])]);
  return toIntegers(taps, isWithin);
}

/** What each output position looks at: [count, kernel positions] each. */
export interface Windows {
  /** Flattened input positions; any one where the kernel reaches into the padding. */
  readonly indices: string;
  /** 1 inside the input, 0 in the padding; undefined without padding. */
  readonly inside: string | undefined;
}

/** The windows of the given output positions. */
export function windowsAt(
  taps: Taps,
  positions: string,
  axes: SpatialAxes,
  kernel: readonly number[],
  { strides, dilations, padding }: Stepping,
): Windows {
  let indices: string | undefined;
  let inside: string | undefined;
  for (const [axis, coordinate] of coordinatesOf(taps, positions, axes.outputs, kernel.length).entries()) {
    const [length, begin] = [integerAt(taps, axes.inputs, axis), integerAt(taps, axes.begin, axis)];
    const start = taps.op('Sub', [taps.op('Mul', [coordinate, taps.integers([strides[axis] ?? 1])]), begin]);
    let place = taps.op('Add', [start, kernelOffsets(taps, kernel, axis, dilations[axis] ?? 1)]);
    if (padding.kind === 'same' || [...padding.begin, ...padding.end].some((pad) => pad !== 0)) {
      const own = insideOf(taps, place, length);
      place = taps.op('Mul', [place, own]);
      inside = inside === undefined ? own : taps.op('Mul', [inside, own]);
    }
    indices = indices === undefined ? place : taps.op('Add', [taps.op('Mul', [indices, length]), place]);
  }
  return { indices: present(indices, 'indices of the windows'), inside };
}
