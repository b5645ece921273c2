import { float32Tensor, int64Tensor } from '@onnx-compress/graph';
import { nearestEntries, signedSums } from '@onnx-compress/math';
import { layoutOf } from '../../../weights/int8-weight.js';
import type { CodedWeight, CodeSubject, Restoration } from '../../weight-code.js';

/** Scales of which each number of a channel adds or subtracts every one. */
export interface SignedScales {
  readonly axis: number | undefined;
  /** Scales of a channel. */
  readonly count: number;
  /** For each channel, as `additiveScales` gives them. */
  readonly scales: readonly Float64Array[];
}

/** Between the two halves of [0, 2) whatever part of 128 a number is. */
const MIDDLE = 1 - 2 ** -8;

/**
 * A weight whose indices are signs: bit `j` tells whether scale `j` of the channel is added or subtracted. Float32 sums of
 * these scales are exact, so the order in which they are added does not matter.
 */
export function sumsOfSigns({ axis, count, scales }: SignedScales, { dims }: CodeSubject): CodedWeight {
  const layout = layoutOf(dims, axis);
  const size = 2 ** count;
  const channels = scales.map(signedSums);
  const tables = Float32Array.from(channels.flatMap(({ sums }) => [...sums]));
  const patterns = Uint8Array.from(channels.flatMap((channel) => [...channel.patterns]));
  const byPattern = new Float32Array(tables.length);
  for (const [at, pattern] of patterns.entries()) byPattern[at - (at % size) + pattern] = tables[at] ?? 0;
  const firstOf = (at: number) => (Math.floor(at / layout.inner) % layout.channels) * size;
  const nearest = (values: Float32Array) => nearestEntries(values, layout, { tables, size, scales: undefined });
  return {
    bits: count,
    indices: (values) => nearest(values).map((rank, at) => patterns[firstOf(at) + rank] ?? 0),
    restored: (indices) => Float32Array.from(indices, (pattern, at) => byPattern[firstOf(at) + pattern] ?? 0),
    emit: (indices, restoration) => emitSums(indices, { axis, count, scales }, dims, restoration),
  };
}

/** Takes the signs out of the bits, one beside the other, and adds up what they give the scales. */
function emitSums(
  indices: string,
  { axis, count, scales }: SignedScales,
  dims: readonly number[],
  { constant, compute }: Restoration,
): string {
  const shape = (purpose: string, wanted: readonly number[]) => constant(purpose, int64Tensor([wanted.length], wanted));
  const floats = (purpose: string, wanted: readonly number[], values: readonly number[]) =>
    constant(purpose, float32Tensor(wanted, values));
  const aligned = [...dims.map((length, index) => (index === axis ? length : 1)), count];
  const column = compute('Reshape', [indices, shape('column', [...dims, 1])]);
  const shifted = compute('Mul', [
    column,
    floats(
      'shifts',
      [count],
      Array.from({ length: count }, (_, bit) => 2 ** -bit),
    ),
  ]);
  const lowest = compute('Mod', [shifted, floats('two', [], [2])], { fmod: { int: 1 } });
  const signs = compute('Sign', [compute('Sub', [lowest, floats('middle', [], [MIDDLE])])]);
  const signed = compute('Mul', [
    signs,
    floats(
      'scales',
      aligned,
      scales.flatMap((own) => [...own]),
    ),
  ]);
  const sums = compute('MatMul', [signed, floats('ones', [count, 1], new Array<number>(count).fill(1))]);
  return compute('Reshape', [sums, shape('shape', dims)]);
}
