import { present, readFloats, type Tensor } from '@onnx-compress/graph';
import { type ChannelValue, reducible } from './channel-value.js';
import type { Observer } from './observe.js';
import type { Taps } from './taps.js';

/** What is computed from all positions of a channel: their mean, as in global average pooling, or Euclidean norm. */
export type Summary = 'mean' | 'norm';

/**
 * One number per channel for every item apart; axis 0 of the value counts items. They are handed over item by item and
 * not kept.
 */
export class ItemSummaries implements Observer {
  constructor(
    readonly value: ChannelValue,
    readonly summary: Summary,
    private readonly onItem: (summaries: Float32Array) => void,
  ) {}

  tap(taps: Taps): readonly string[] {
    const { name, positionsOfItem } = reducible(taps, this.value);
    const reduced = taps.reduce(this.summary === 'mean' ? 'ReduceMean' : 'ReduceL2', name, positionsOfItem);
    return [taps.reshape(reduced, this.value.axis === 0 ? [1, -1] : [0, -1])];
  }

  async add([result]: readonly Tensor[]): Promise<void> {
    await eachRow(present(result, 'summaries'), this.onItem);
  }
}

/** Hands over a matrix row by row. */
export async function eachRow(matrix: Tensor, onRow: (row: Float32Array) => void): Promise<void> {
  const [, length = 1] = matrix.dims;
  const values = await readFloats(matrix);
  for (let start = 0; start < values.length; start += length) onRow(values.subarray(start, start + length));
}
