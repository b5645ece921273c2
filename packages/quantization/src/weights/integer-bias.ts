import { computedTensor, readFloats, type Tensor } from '@onnx-compress/graph';
import { roundHalfToEven } from '@onnx-compress/math';

/** What is added to each of so many channels. */
export interface ChannelBias {
  /** As many numbers as there are channels, or one for all. */
  readonly tensor: Tensor;
  readonly channels: number;
  /** What the numbers are multiplied by first. */
  readonly factor: number;
  /** Shape of one number per channel, as it is added. */
  readonly dims: readonly number[];
}

const INT32_MAX = 2 ** 31 - 1;
const INT32_MIN = -(2 ** 31);

/**
 * A bias as int32: `round half to even (factor * bias / scale)`, saturated. Computed whenever the bytes are asked for.
 *
 * @param scales input scale times weight scale, one for each channel or one for all
 */
export function integerBias(bias: ChannelBias, scales: Float32Array): Tensor {
  return computedTensor('int32', bias.dims, async () => {
    const values = await biasValues(bias);
    const scaleOf = (channel: number) => scales[channel % scales.length] ?? 1;
    return new Uint8Array(Int32Array.from(values, (value, channel) => saturated(value / scaleOf(channel))).buffer);
  });
}

/** The numbers that the channels get, [channels]. */
export async function biasValues({ tensor, channels, factor }: ChannelBias): Promise<Float32Array> {
  const values = await readFloats(tensor);
  return Float32Array.from({ length: channels }, (_, channel) => (values[channel % values.length] ?? 0) * factor);
}

function saturated(value: number): number {
  return Math.max(INT32_MIN, Math.min(INT32_MAX, roundHalfToEven(value)));
}
