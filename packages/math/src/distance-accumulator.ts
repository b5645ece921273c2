import type { ChannelLayout } from './layout.js';

/** Inner products of the channels from `left` on with those from `right` on, row after row. */
export interface ProductBlock {
  readonly products: Float32Array | Float64Array;
  /** Products in a row of the array. */
  readonly stride: number;
  readonly left: number;
  readonly right: number;
  /** Channels on the left and on the right. */
  readonly rows: number;
  readonly columns: number;
}

/** What the products were computed from. */
export interface Channels {
  readonly values: Float32Array;
  readonly layout: ChannelLayout;
  /** Squared norm of each channel, of the same numbers as the products. */
  readonly squares: Float64Array;
  /** Factor by which the products' numbers are larger than the values. */
  readonly scale: number;
}

/**
 * Sums of Euclidean distances, from inner products: `|a - b|^2 = |a|^2 + |b|^2 - 2 ab`. Channels so close that this
 * cancels are subtracted element by element, in double precision.
 */
export class DistanceAccumulator {
  readonly #sums: Float64Array;
  /** For each channel the first one that is equal to it; itself where none is. */
  readonly #twins: Int32Array;

  /**
   * @param cancelled part of `|a|^2 + |b|^2` below which the products have lost too many digits
   */
  constructor(
    private readonly channels: Channels,
    private readonly cancelled: number,
  ) {
    this.#sums = new Float64Array(channels.layout.channels);
    this.#twins = Int32Array.from(this.#sums.keys());
  }

  /** Adds each pair of different channels of a block once to both sums. */
  add({ products, stride, left, right, rows, columns }: ProductBlock): void {
    const { squares } = this.channels;
    const sums = this.#sums;
    for (let a = left; a < left + rows; a++) {
      const offset = (a - left) * stride - right;
      let sum = 0;
      for (let b = Math.max(right, a + 1); b < right + columns; b++) {
        const norms = squares[a] + squares[b];
        let square = norms - 2 * products[offset + b];
        if (square <= this.cancelled * norms) square = this.#subtracted(a, b);
        const distance = Math.sqrt(square);
        sum += distance;
        sums[b] += distance;
      }
      sums[a] += sum;
    }
  }

  /** The sum of each channel's distances to all channels; equal channels have the same sum, to the last digit. */
  sums(): Float64Array {
    return this.#sums.map((_, channel) => this.#sums[this.#twins[channel]] / this.channels.scale);
  }

  #subtracted(a: number, b: number): number {
    const { values, layout, scale } = this.channels;
    const square = squaredDifference(values, layout, a, b) * scale * scale;
    if (square === 0 && this.#twins[b] === b) this.#twins[b] = this.#twins[a];
    return square;
  }
}

function squaredDifference(values: Float32Array, { channels, inner }: ChannelLayout, a: number, b: number): number {
  let sum = 0;
  for (let start = 0; start < values.length; start += channels * inner) {
    for (let i = start; i < start + inner; i++) {
      const difference = values[i + a * inner] - values[i + b * inner];
      sum += difference * difference;
    }
  }
  return sum;
}
