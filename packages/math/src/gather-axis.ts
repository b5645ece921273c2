import { channelLayout } from './layout.js';
import { byteLengthMismatch, indexOutOfRange } from './messages.js';
import { type Words, wordsOf } from './words.js';

/** Below this many words per copied run, a loop is faster than `TypedArray.set`. */
const LOOP_LIMIT = 32;

interface Run {
  readonly start: number;
  readonly length: number;
}

/**
 * The slices `keep` of a row-major tensor along `axis`, in the order given (repeats allowed), for elements of any
 * whole number of bytes. Four-bit types must be unpacked first.
 *
 * @param bytes the tensor's elements, `product(dims) * elementBytes` bytes.
 * @param axis counts from the end when negative.
 * @throws RangeError when the bytes do not fit the dims, the axis the rank, or an index the axis.
 * @example gatherAxis(Uint8Array.of(1, 2, 3, 4, 5, 6), [2, 3], 1, [0, 2], 1) // 1, 3, 4, 6
 */
export function gatherAxis(
  bytes: Uint8Array,
  dims: readonly number[],
  axis: number,
  keep: ArrayLike<number>,
  elementBytes: number,
): Uint8Array {
  const { outer, channels, inner } = channelLayout(dims, axis);
  const expected = outer * channels * inner * elementBytes;
  if (bytes.length !== expected) throw byteLengthMismatch('bytes of the tensor', bytes.length, expected);
  const result = new Uint8Array(outer * keep.length * inner * elementBytes);
  const source = wordsOf(bytes, elementBytes);
  const step = (inner * elementBytes) / source.BYTES_PER_ELEMENT;
  copyRuns(source, wordsOf(result, elementBytes), outer, channels * step, runsOf(keep, channels, step));
  return result;
}

/** Neighbouring indices are copied in one go: the starts and lengths in words, within one outer slice. */
function runsOf(keep: ArrayLike<number>, size: number, step: number): Run[] {
  const runs: Run[] = [];
  for (let first = 0; first < keep.length; ) {
    let next = first;
    do {
      const index = keep[next];
      if (!(Number.isInteger(index) && index >= 0 && index < size)) throw indexOutOfRange(index, size);
      next++;
    } while (next < keep.length && keep[next] === keep[next - 1] + 1);
    runs.push({ start: keep[first] * step, length: (next - first) * step });
    first = next;
  }
  return runs;
}

function copyRuns(source: Words, target: Words, outer: number, outerStep: number, runs: readonly Run[]): void {
  let position = 0;
  for (let o = 0; o < outer; o++) {
    for (const { start, length } of runs) {
      const from = o * outerStep + start;
      if (length > LOOP_LIMIT) target.set(source.subarray(from, from + length), position);
      else for (let i = 0; i < length; i++) target[position + i] = source[from + i];
      position += length;
    }
  }
}
