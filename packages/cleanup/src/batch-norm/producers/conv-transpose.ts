import { computedParameters } from '../../messages.js';
import { readBias, writeBias } from '../bias.js';
import type { NeighbourFold } from '../neighbour-fold.js';
import { ownWeight } from '../own-weight.js';
import { type ChannelBlock, scaledTensor } from '../scaled-tensor.js';
import { affineOf } from './conv.js';

/** ConvTranspose before the norm: its weight [C, M/group, k...] holds output channel m of group g at g * M/group + m. */
export const convTransposeProducer: NeighbourFold = async (node, { scale, offset }) => {
  const own = ownWeight(node, 1);
  if ('reason' in own) return own.reason;
  const { weight } = own;
  const { tensor } = weight;
  const groups = node.int('group', 1);
  const bias = await readBias(node, 2, scale.length);
  if (bias === undefined || (tensor.dims[1] ?? 0) * groups !== scale.length) return computedParameters();
  weight.replace(scaledTensor(tensor, groupBlocks(tensor.dims, groups), scale));
  writeBias(node, 2, affineOf(bias, scale, offset), tensor.dataType);
  return undefined;
};

function groupBlocks(
  [inputs = 0, channels = 0, ...kernel]: readonly number[],
  groups: number,
): readonly ChannelBlock[] {
  const inner = kernel.reduce((product, size) => product * size, 1);
  const layout = { outer: inputs / groups, channels, inner };
  return Array.from({ length: groups }, (_, group) => ({ layout, firstChannel: group * channels }));
}
