import { type ChannelValue, ItemSummaries, type Observer, type Taps } from '@onnx-compress/core';
import { float32Tensor, present, type Tensor } from '@onnx-compress/graph';
import { RunningMoments } from '@onnx-compress/math';

/** The norms of what the filters of a layer make of each item, `|W[t] * X_n|_F`, and how they vary over the items. */
export class FilterNorms implements Observer {
  readonly #moments: RunningMoments;
  #summaries: ItemSummaries | undefined;

  /**
   * @param output of the layer
   * @param bias of each filter, which the output holds and which does not count
   */
  constructor(
    readonly output: ChannelValue,
    private readonly bias: Float64Array,
  ) {
    this.#moments = new RunningMoments(bias.length);
  }

  /** One number per filter. */
  get variance(): Float64Array {
    return this.#moments.variance;
  }

  tap(taps: Taps): readonly string[] {
    const { rank, axis } = this.output;
    const dims = Array.from({ length: rank }, (_, index) => (index === axis ? this.bias.length : 1));
    const bias = taps.constant(float32Tensor(dims, Float32Array.from(this.bias)));
    const name = taps.op('Sub', [taps.float(this.output.name), bias]);
    const merge = (norms: Float32Array) => this.#moments.merge(1, norms);
    this.#summaries = new ItemSummaries({ name, rank, axis }, 'norm', merge);
    return this.#summaries.tap(taps);
  }

  add(results: readonly Tensor[]): Promise<void> {
    return present(this.#summaries, 'summaries').add(results);
  }
}
