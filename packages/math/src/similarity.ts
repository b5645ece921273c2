import { type ChannelLayout, checkLayout } from './layout.js';
import { lengthMismatch } from './messages.js';

type Floats = Float32Array | Float64Array;

/**
 * The cosine of the angle between two vectors, -1..1, exactly 1 for equal ones. Two zero vectors give 1, a zero and
 * another vector 0. NaN or Infinity in either gives NaN.
 *
 * @throws RangeError when the lengths differ.
 */
export function cosineSimilarity(a: Floats, b: Floats): number {
  checkLengths(a, b);
  let dot = 0;
  let squaresOfA = 0;
  let squaresOfB = 0;
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i];
    squaresOfA += a[i] * a[i];
    squaresOfB += b[i] * b[i];
  }
  if (squaresOfA === 0 && squaresOfB === 0) return 1;
  if (squaresOfA === 0 || squaresOfB === 0) return dot;
  return Math.max(-1, Math.min(1, dot / Math.sqrt(squaresOfA * squaresOfB)));
}

/**
 * The signal-to-noise ratio in decibels, `10 log10(sum r^2 / sum (r - c)^2)`: Infinity when both are identical,
 * -Infinity when only the reference is zero.
 *
 * @throws RangeError when the lengths differ.
 */
export function signalToNoiseDb(reference: Floats, candidate: Floats): number {
  checkLengths(reference, candidate);
  let signal = 0;
  let noise = 0;
  for (let i = 0; i < reference.length; i++) {
    const difference = reference[i] - candidate[i];
    signal += reference[i] * reference[i];
    noise += difference * difference;
  }
  return noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
}

/**
 * The largest |a - b|; 0 for empty vectors, NaN when a difference is NaN.
 *
 * @throws RangeError when the lengths differ.
 */
export function maxAbsoluteError(a: Floats, b: Floats): number {
  checkLengths(a, b);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}

/**
 * For each position outside the channel axis, the channel with the largest value; the lowest wins a tie, and NaN
 * never wins. The result has `outer * inner` entries.
 *
 * @throws RangeError when the layout does not describe the values.
 * @example argMaxOfChannels(Float32Array.of(1, 9, 5, 2), { outer: 1, channels: 2, inner: 2 }) // 1, 0
 */
export function argMaxOfChannels(values: Floats, layout: ChannelLayout): Int32Array {
  checkLayout(values.length, layout);
  const { outer, channels, inner } = layout;
  const winners = new Int32Array(outer * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      winners[o * inner + i] = argMaxStrided(values, o * channels * inner + i, channels, inner);
    }
  }
  return winners;
}

/** As {@link argMaxOfChannels} over a last axis of `classes` entries: one winner per row. */
export function argMaxLast(values: Floats, classes: number): Int32Array {
  return argMaxOfChannels(values, { outer: Math.floor(values.length / classes), channels: classes, inner: 1 });
}

function argMaxStrided(values: Floats, start: number, count: number, stride: number): number {
  let winner = 0;
  let largest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < count; k++) {
    const value = values[start + k * stride];
    if (value > largest) {
      largest = value;
      winner = k;
    }
  }
  return winner;
}

function checkLengths(a: Floats, b: Floats): void {
  if (a.length !== b.length) throw lengthMismatch('second vector', b.length, a.length);
}
