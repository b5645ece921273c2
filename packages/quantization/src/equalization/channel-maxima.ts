import type { ChannelValue, Observer, Taps } from '@onnx-compress/core';
import { present, readFloats, type Tensor } from '@onnx-compress/graph';

/** The largest absolute value of each channel over all samples. */
export class ChannelMaxima implements Observer {
  maxima = new Float64Array(0);

  constructor(readonly value: ChannelValue) {}

  tap(taps: Taps): readonly string[] {
    const { name, rank, axis } = this.value;
    const others = Array.from({ length: rank }, (_, index) => index).filter((index) => index !== axis);
    const sizes = taps.op('Abs', [taps.float(name)]);
    return [taps.reshape(taps.reduce('ReduceMax', sizes, others), [-1])];
  }

  async add([result]: readonly Tensor[]): Promise<void> {
    const values = await readFloats(present(result, 'maxima'));
    if (this.maxima.length === 0) this.maxima = new Float64Array(values.length);
    for (const [channel, value] of values.entries()) {
      this.maxima[channel] = Math.max(this.maxima[channel] ?? 0, value);
    }
  }
}
