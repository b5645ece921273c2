import { float32Tensor, int64Tensor } from '@onnx-compress/graph';
import { type ChannelLayout, inRanges, nearestEntries, tableEntries } from '@onnx-compress/math';
import { layoutOf } from '../../../weights/int8-weight.js';
import type { CodedWeight, CodeSubject, Restoration } from '../../weight-code.js';

/** Scales of which each number of a channel adds or subtracts every one. */
export interface SignedScales {
  readonly axis: number | undefined;
  /** Scales of a channel. */
  readonly count: number;
  /** For each channel, as `additiveScales` gives them. */
  readonly scales: readonly Float64Array[];
  /** All sums of the scales of a channel, rising, one channel after the other. */
  readonly tables: Float32Array;
  /** For each sum, the number whose bit `j` is 1 where scale `j` is added. */
  readonly patterns: Uint8Array;
}

/** Between the two halves of [0, 2) whatever part of 128 a number is. */
const MIDDLE = 1 - 2 ** -8;

/**
 * A weight whose indices are signs: bit `j` tells whether scale `j` of the channel is added or subtracted. Float32 sums of
 * these scales are exact, so the order in which they are added does not matter.
 */
export function sumsOfSigns(signed: SignedScales, { dims }: CodeSubject): CodedWeight {
  const { axis, count, tables, patterns } = signed;
  const layout = layoutOf(dims, axis);
  const size = 2 ** count;
  const byPattern = inOrderOf(patterns, tables, size);
  return {
    bits: count,
    async indices(values, pause) {
      const ranks = await nearestEntries(values, layout, { tables, size, scales: undefined }, pause);
      await inRanges(ranks.length, (from, to) => renumber(ranks, layout, { patterns, size }, from, to), pause);
      return ranks;
    },
    restored: (indices, pause) => tableEntries(indices, layout, { tables: byPattern, size, scales: undefined }, pause),
    emit: (indices, restoration) => emitSums(indices, signed, dims, restoration),
  };
}

/** The sums of each channel by their pattern. */
function inOrderOf(patterns: Uint8Array, tables: Float32Array, size: number): Float32Array {
  const byPattern = new Float32Array(tables.length);
  for (let at = 0; at < tables.length; at++) byPattern[at - (at % size) + (patterns[at] ?? 0)] = tables[at] ?? 0;
  return byPattern;
}

/** Puts the pattern of each sum in place of its rank. */
function renumber(
  ranks: Uint8Array,
  { inner, channels }: ChannelLayout,
  { patterns, size }: Pick<SignedScales, 'patterns'> & { readonly size: number },
  from: number,
  to: number,
): void {
  let channel = Math.floor(from / inner) % channels;
  for (let at = from, end = from - (from % inner) + inner; at < to; end += inner) {
    const first = channel * size;
    for (const stop = Math.min(end, to); at < stop; at++) ranks[at] = patterns[first + (ranks[at] ?? 0)] ?? 0;
    if (++channel === channels) channel = 0;
  }
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
