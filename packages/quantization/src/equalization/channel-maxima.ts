import { type ChannelValue, type Context, type Observer, observe, type Taps } from '@onnx-compress/core';
import { type Model, present, readFloats, type Tensor } from '@onnx-compress/graph';
import type { ScalableChannels } from './scalable-channels.js';

/** The largest absolute value of each channel over all samples. */
class ChannelMaxima implements Observer {
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

/** The axis that the channels of what the first consumer reads lie on. */
const axisOf = ({ consumers }: ScalableChannels, rank: number) =>
  consumers[0]?.node.opType === 'MatMul' ? rank - 1 : 1;

/**
 * The largest value of each channel on the samples, where its consumers read it; nothing without samples, nor for
 * channels whose rank or number is not the expected one.
 *
 * @throws CancelledError when the signal fires
 */
export async function channelMaxima(
  model: Model,
  all: readonly ScalableChannels[],
  { calibration, shapes, dims, runs, signal, progress }: Context,
): Promise<ReadonlyMap<ScalableChannels, Float64Array>> {
  if (calibration === undefined || all.length === 0) return new Map();
  const types = await shapes.infer(model, dims, signal);
  const seen = new Map<ScalableChannels, ChannelMaxima>();
  for (const channels of all) {
    const { name } = channels.read;
    const rank = types.get(channels.read)?.dims?.length;
    if (rank !== undefined) seen.set(channels, new ChannelMaxima({ name, rank, axis: axisOf(channels, rank) }));
  }
  let done = 0;
  const onSample = () => progress(++done, calibration.count + 1);
  await observe(model, [...seen.values()], { runs, calibration, signal, onSample });
  const maxima = [...seen].map(([channels, { maxima }]) => [channels, maxima] as const);
  return new Map(maxima.filter(([{ channels }, { length }]) => length === channels));
}
