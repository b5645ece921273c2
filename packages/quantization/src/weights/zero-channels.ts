import { readFloats, type Tensor } from '@onnx-compress/graph';
import { absoluteMaxPerChannel } from '@onnx-compress/math';
import { type Int8Scales, layoutOf } from './int8-weight.js';

/** What `int8Scales` gives a channel of zeros, and now and then another one. */
const SCALE_OF_ZEROS = 1;

/** So small that any bias is exact, and yet normal in float32 when multiplied by the scale of an input. */
const FINE_SCALE = 2 ** -60;

/**
 * Scales of a weight, made tiny for channels of zeros. Any scale suits those, but the step of their int32 bias is that
 * scale times the scale of the input, and the bias is all that they give.
 */
export async function withFineZeroChannels(tensor: Tensor, int8: Int8Scales): Promise<Int8Scales> {
  if (!int8.scales.includes(SCALE_OF_ZEROS)) return int8;
  const largest = absoluteMaxPerChannel(await readFloats(tensor), layoutOf(tensor.dims, int8.axis));
  return { ...int8, scales: int8.scales.map((scale, channel) => (largest[channel] === 0 ? FINE_SCALE : scale)) };
}
