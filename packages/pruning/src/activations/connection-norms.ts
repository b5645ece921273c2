import { eachRow, type Observer, type Taps, unfold } from '@onnx-compress/core';
import { present, type Tensor } from '@onnx-compress/graph';
import { RunningMoments } from '@onnx-compress/math';
import type { WeightedLayer } from './weighted-layer.js';

/**
 * The norms of what every filter of a convolution makes of every input channel by itself, `|W[t, s] * X[s]|_F`, and how
 * they vary over the items. None of these maps is computed: with G the products of the channel's shifted copies with
 * each other, one for each kernel position, the squared norm is `w G w`.
 */
export class ConnectionNorms implements Observer {
  readonly #moments: RunningMoments;
  readonly #channels: number;
  readonly #filters: number;
  readonly #kernel: readonly number[];

  constructor(
    private readonly layer: WeightedLayer,
    dims: readonly number[],
  ) {
    const [outer = 1, inner = 1, ...kernel] = dims;
    this.#kernel = kernel;
    this.#channels = layer.node.opType === 'Conv' ? inner * layer.groups : outer;
    this.#filters = layer.node.opType === 'Conv' ? outer / layer.groups : inner;
    this.#moments = new RunningMoments(this.series);
  }

  /** Pairs of an input channel and a filter that reads it. */
  get series(): number {
    return this.#channels * this.#filters;
  }

  /** The variances of the norms, summed over filters; one number per input channel. */
  get variances(): Float64Array {
    const sums = new Float64Array(this.#channels);
    for (const [index, variance] of this.#moments.variance.entries()) {
      const channel = Math.floor(index / this.#filters);
      sums[channel] = (sums[channel] ?? 0) + variance;
    }
    return sums;
  }

  tap(taps: Taps): readonly string[] {
    const { node, data } = this.layer;
    const copies = unfold(taps, node, taps.float(data.name), this.#channels, this.#kernel);
    const products = taps.op('MatMul', [copies, taps.op('Transpose', [copies], { perm: { ints: [0, 1, 3, 2] } })]);
    const filters = this.#filtersByChannel(taps);
    const squares = taps.op('Mul', [taps.op('MatMul', [filters, products]), filters]);
    // Rounding may leave a sum a little below 0.
    const norms = taps.op('Sqrt', [taps.op('Relu', [taps.reduce('ReduceSum', squares, [3])])]);
    return [taps.reshape(norms, [0, -1])];
  }

  async add([norms]: readonly Tensor[]): Promise<void> {
    await eachRow(present(norms, 'norms'), (row) => this.#moments.merge(1, row));
  }

  /** The weight as [input channels, filters, kernel positions]. */
  #filtersByChannel(taps: Taps): string {
    const { node, weightInput, groups } = this.layer;
    const [channels, filters] = [this.#channels, this.#filters];
    const positions = this.#kernel.reduce((product, size) => product * size, 1);
    const weight = taps.float(node.inputs[weightInput] ?? '');
    if (node.opType !== 'Conv') return taps.reshape(weight, [channels, filters, positions]);
    const grouped = taps.reshape(weight, [groups, filters, channels / groups, positions]);
    const swapped = taps.op('Transpose', [grouped], { perm: { ints: [0, 2, 1, 3] } });
    return taps.reshape(swapped, [channels, filters, positions]);
  }
}
