import type { ChannelLayout } from './layout.js';
import { normPerChannel } from './norms.js';

/** A dense matrix of float32, row after row. */
export interface Rows {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** Channels as rows of a matrix. */
export interface ChannelRows {
  /** One row for each channel. */
  readonly values: Float32Array;
  /** Squared norm of each row; not finite where a value is not. */
  readonly squares: Float64Array;
  /** Factor by which the rows are larger than the channels. */
  readonly scale: number;
}

/** Channels whose mean is taken for that of all. */
const SAMPLED = 16;

/** Part of the squared norms that the common part of the channels may have before it costs products too many digits. */
const SMALL_PART = 0.125;

/** Squared norms beyond these, or their products, could leave the range of float32. */
const [SMALLEST, LARGEST] = [2 ** -60, 2 ** 60];

/**
 * Channels as rows, ready for float32 products: their own memory where they are rows already and have little in common;
 * else a copy without what they have in common, which changes no distance but leaves products the digits that tell
 * channels apart. Numbers so large or small that products would leave the range of float32 are scaled by a power of two,
 * exactly.
 */
export function channelRows(values: Float32Array, layout: ChannelLayout): ChannelRows {
  const common = commonPart(values, layout);
  const squares = normPerChannel(values, layout, 2).map((norm) => norm * norm);
  const total = squares.reduce((sum, square) => sum + square, 0);
  const shared = common.reduce((sum, value) => sum + value * value, 0);
  const inRange = scaleOf(squares) === 1;
  if (layout.outer === 1 && inRange && shared * layout.channels <= SMALL_PART * total) {
    return { values, squares, scale: 1 };
  }
  return centredRows(values, layout, common);
}

function centredRows(values: Float32Array, layout: ChannelLayout, common: Float32Array): ChannelRows {
  const rows = new Float32Array(values.length);
  const squares = packCentred(values, layout, common, rows);
  const scale = scaleOf(squares);
  if (scale === 1) return { values: rows, squares, scale };
  for (let i = 0; i < rows.length; i++) rows[i] *= scale;
  return { values: rows, squares: squares.map((square) => square * scale * scale), scale };
}

function scaleOf(squares: Float64Array): number {
  const largest = squares.reduce((most, square) => Math.max(most, square), 0);
  if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) return 1;
  return largest > SMALLEST && largest < LARGEST ? 1 : 2 ** -Math.round(Math.log2(largest) / 2);
}

/** The mean of channels spread over all, in float32, so that subtracting it rounds no more than the differences. */
function commonPart(values: Float32Array, { outer, channels, inner }: ChannelLayout): Float32Array {
  const count = Math.min(SAMPLED, channels);
  const sums = new Float64Array(outer * inner);
  for (let sample = 0; sample < count; sample++) {
    const channel = Math.floor((sample * channels) / count);
    for (let o = 0, element = 0; o < outer; o++) {
      const start = (o * channels + channel) * inner;
      for (let i = start; i < start + inner; i++) sums[element++] += values[i];
    }
  }
  return Float32Array.from(sums, (sum) => sum / count);
}

/** Writes the channels without their common part as rows; returns the squared norms of the rows. */
function packCentred(
  values: Float32Array,
  { outer, channels, inner }: ChannelLayout,
  common: Float32Array,
  rows: Float32Array,
): Float64Array {
  const squares = new Float64Array(channels);
  for (let o = 0, position = 0; o < outer; o++) {
    const first = o * inner;
    for (let c = 0; c < channels; c++) {
      const row = c * outer * inner;
      let sum = 0;
      for (let element = first; element < first + inner; element++) {
        const centred = Math.fround(values[position++] - common[element]);
        rows[row + element] = centred;
        sum += centred * centred;
      }
      squares[c] += sum;
    }
  }
  return squares;
}
