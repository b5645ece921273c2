import { channelLayout } from '@onnx-compress/math';
import { computedParameters } from '../../messages.js';
import { readBias, writeBias } from '../bias.js';
import type { NeighbourFold } from '../neighbour-fold.js';
import { ownWeight } from '../own-weight.js';
import { scaledTensor } from '../scaled-tensor.js';

/** Conv before the norm: `W[m] * scale[m]`, `B[m] * scale[m] + offset[m]` for output channel m. */
export const convProducer: NeighbourFold = async (node, { scale, offset }) => {
  const own = ownWeight(node, 1);
  if ('reason' in own) return own.reason;
  const { weight } = own;
  const { tensor } = weight;
  const bias = await readBias(node, 2, scale.length);
  if (bias === undefined || tensor.dims[0] !== scale.length) return computedParameters();
  weight.replace(scaledTensor(tensor, [{ layout: channelLayout(tensor.dims, 0), firstChannel: 0 }], scale));
  writeBias(node, 2, affineOf(bias, scale, offset), tensor.dataType);
  return undefined;
};

/** `bias * scale + offset`, element by element. */
export function affineOf(bias: Float64Array, scale: Float64Array, offset: Float64Array): Float64Array {
  return bias.map((value, channel) => value * (scale[channel] ?? 1) + (offset[channel] ?? 0));
}
