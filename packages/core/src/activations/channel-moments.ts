import { present, readFloats, type Tensor } from '@onnx-compress/graph';
import { RunningMoments } from '@onnx-compress/math';
import { type ChannelValue, elementsPerChannel, reducible } from './channel-value.js';
import type { Observer } from './observe.js';
import type { Taps } from './taps.js';

/**
 * Mean and variance per channel over all positions, items and samples. Each sample is centred on its own mean before
 * it is squared, so that a mean far from 0 costs no precision.
 */
export class ChannelMoments implements Observer {
  #moments = new RunningMoments(0);

  constructor(readonly value: ChannelValue) {}

  /** One mean per channel; empty before the first sample. */
  get mean(): Float64Array {
    return this.#moments.mean;
  }

  /** Mean squared distance from the mean, per channel. */
  get variance(): Float64Array {
    return this.#moments.variance;
  }

  tap(taps: Taps): readonly string[] {
    const { name, positions } = reducible(taps, this.value);
    const mean = taps.reduce('ReduceMean', name, positions);
    const centred = taps.op('Sub', [name, mean]);
    return [taps.op('Shape', [this.value.name]), mean, taps.reduce('ReduceSumSquare', centred, positions)];
  }

  async add([shape, mean, squares]: readonly Tensor[]): Promise<void> {
    const count = await elementsPerChannel(present(shape, 'shape'), this.value.axis);
    const means = await readFloats(present(mean, 'mean'));
    if (this.mean.length === 0) this.#moments = new RunningMoments(means.length);
    this.#moments.merge(count, means, await readFloats(present(squares, 'squares')));
  }
}
