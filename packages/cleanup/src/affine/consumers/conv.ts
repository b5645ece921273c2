import { type Node, readFloats, type Tensor } from '@onnx-compress/graph';
import { channelLayout } from '@onnx-compress/math';
import { computedParameters, paddedConv } from '../../messages.js';
import { readBias } from '../bias.js';
import { type ChannelAffine, isLinear } from '../channel-affine.js';
import type { LayerSide } from '../layer-side.js';
import { ownWeight } from '../own-weight.js';
import { rescale } from '../rescale.js';
import type { ChannelBlock } from '../scaled-tensor.js';
import { weightDims } from '../weight-dims.js';

/**
 * Conv behind the map: the weight is scaled by input channel, and the offset, summed over the kernel, goes into the
 * bias. Padding adds zeros behind the map, so the offset must be zero where there is padding.
 */
export const convConsumer: LayerSide = {
  channels(conv) {
    const dims = weightDims(conv);
    return dims && { count: (dims[1] ?? 0) * conv.int('group', 1), axis: dims.length - 1, rank: dims.length };
  },

  async plan(conv, affine) {
    const own = ownWeight(conv, 1);
    if ('reason' in own) return own;
    const { weight } = own;
    const { tensor } = weight;
    const [outputs = 0, inputs = 0] = tensor.dims;
    const groups = conv.int('group', 1);
    const bias = await readBias(conv, 2, outputs);
    const { scale: factors } = affine;
    if (bias === undefined || inputs * groups !== factors.length) return { reason: computedParameters() };
    if (isPadded(conv) && !isLinear(affine)) return { reason: paddedConv() };
    const moved = isLinear(affine) ? new Float64Array(outputs) : await movedOffset(tensor, groups, affine);
    const values = bias.map((value, channel) => value + (moved[channel] ?? 0));
    const blocks = groupBlocks(tensor.dims, groups);
    return rescale(conv, { weight, blocks, factors, bias: { index: 2, values } });
  },
};

function isPadded(conv: Node): boolean {
  const mode = conv.string('auto_pad', 'NOTSET');
  if (mode === 'VALID') return false;
  return mode !== 'NOTSET' || (conv.ints('pads') ?? []).some((pad) => pad !== 0);
}

/** For each output channel the sum over its kernel of weight times offset of the input channel. */
async function movedOffset(tensor: Tensor, groups: number, { offset }: ChannelAffine): Promise<Float64Array> {
  const [outputs = 0, inputs = 0] = tensor.dims;
  const { inner } = channelLayout(tensor.dims, 1);
  const values = await readFloats(tensor);
  return Float64Array.from({ length: outputs }, (_, output) => {
    const firstInput = Math.floor(output / (outputs / groups)) * inputs;
    let sum = 0;
    for (let index = 0; index < inputs * inner; index++) {
      const shift = offset[firstInput + Math.floor(index / inner)] ?? 0;
      sum += (values[output * inputs * inner + index] ?? 0) * shift;
    }
    return sum;
  });
}

function groupBlocks(dims: readonly number[], groups: number): readonly ChannelBlock[] {
  const [outputs = 0, channels = 0] = dims;
  const layout = { outer: outputs / groups, channels, inner: channelLayout(dims, 1).inner };
  return Array.from({ length: groups }, (_, group) => ({ layout, firstChannel: group * channels }));
}
