import { channelLayout } from './layout.js';
import { byteLengthMismatch, indexOutOfRange } from './messages.js';
import { type Words, wordsOf } from './words.js';

/** Below this many words per copied run, a loop is faster than `TypedArray.set`. */
const LOOP_LIMIT = 32;

/**
 * The slices `keep` of a row-major tensor along `axis`, in the order given (repeats allowed), for elements of any
 * whole number of bytes. Four-bit types must be unpacked first.
 *
 * @param bytes the tensor's elements, `product(dims) * elementBytes` bytes.
 * @param axis counts from the end when negative.
 * @param into memory for the result, which starts at its beginning; aligned for the elements
 * @throws RangeError when the bytes do not fit the dims, the axis the rank, or an index the axis.
 * @example gatherAxis(Uint8Array.of(1, 2, 3, 4, 5, 6), [2, 3], 1, [0, 2], 1) // 1, 3, 4, 6
 */
export function gatherAxis(
  bytes: Uint8Array,
  dims: readonly number[],
  axis: number,
  keep: ArrayLike<number>,
  elementBytes: number,
  into?: Uint8Array,
): Uint8Array {
  const { outer, channels, inner } = channelLayout(dims, axis);
  const expected = outer * channels * inner * elementBytes;
  if (bytes.length !== expected) throw byteLengthMismatch('bytes of the tensor', bytes.length, expected);
  const size = outer * keep.length * inner * elementBytes;
  const result = into?.subarray(0, size) ?? new Uint8Array(size);
  const source = wordsOf(bytes, elementBytes);
  const step = (inner * elementBytes) / source.BYTES_PER_ELEMENT;
  copyRuns(source, wordsOf(result, elementBytes), outer, channels * step, runsOf(keep, channels, step));
  return result;
}

/** Neighbouring indices are copied in one go: start and length of each run in words, within one outer slice. */
function runsOf(keep: ArrayLike<number>, size: number, step: number): Int32Array {
  const runs = new Int32Array(2 * keep.length);
  let count = 0;
  for (let first = 0; first < keep.length; ) {
    let next = first;
    do {
      const index = keep[next];
      if (!(Number.isInteger(index) && index >= 0 && index < size)) throw indexOutOfRange(index, size);
      next++;
    } while (next < keep.length && keep[next] === keep[next - 1] + 1);
    runs[count++] = keep[first] * step;
    runs[count++] = (next - first) * step;
    first = next;
  }
  return runs.subarray(0, count);
}

function copyRuns(source: Words, target: Words, outer: number, outerStep: number, runs: Int32Array): void {
  let position = 0;
  for (let o = 0; o < outer; o++) {
    for (let run = 0; run < runs.length; run += 2) {
      const from = o * outerStep + runs[run];
      const length = runs[run + 1];
      if (length > LOOP_LIMIT) target.set(source.subarray(from, from + length), position);
      else for (let i = 0; i < length; i++) target[position + i] = source[from + i];
      position += length;
    }
  }
}
