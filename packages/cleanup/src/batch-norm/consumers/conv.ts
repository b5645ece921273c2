import { type Node, readFloats, type Tensor } from '@onnx-compress/graph';
import { channelLayout } from '@onnx-compress/math';
import { computedParameters, paddedConv } from '../../messages.js';
import { readBias, writeBias } from '../bias.js';
import type { ChannelAffine } from '../channel-affine.js';
import type { NeighbourFold } from '../neighbour-fold.js';
import { ownWeight } from '../own-weight.js';
import { type ChannelBlock, scaledTensor } from '../scaled-tensor.js';

/**
 * Conv behind the norm: the weight is scaled by input channel, and the offset, summed over the kernel, goes into the
 * bias. Padding adds zeros behind the norm, so the offset must be zero where there is padding.
 */
export const convConsumer: NeighbourFold = async (node, affine) => {
  const own = ownWeight(node, 1);
  if ('reason' in own) return own.reason;
  const { weight } = own;
  const { tensor } = weight;
  const [outputs = 0, inputs = 0] = tensor.dims;
  const groups = node.int('group', 1);
  const bias = await readBias(node, 2, outputs);
  if (bias === undefined || inputs * groups !== affine.scale.length) return computedParameters();
  if (isPadded(node) && affine.offset.some((value) => value !== 0)) return paddedConv();
  const moved = await movedOffset(tensor, groups, affine);
  weight.replace(scaledTensor(tensor, groupBlocks(tensor.dims, groups), affine.scale));
  writeBias(
    node,
    2,
    bias.map((value, channel) => value + (moved[channel] ?? 0)),
    tensor.dataType,
  );
  return undefined;
};

function isPadded(node: Node): boolean {
  const mode = node.string('auto_pad', 'NOTSET');
  if (mode === 'VALID') return false;
  return mode !== 'NOTSET' || (node.ints('pads') ?? []).some((pad) => pad !== 0);
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
