import { computedParameters } from '../../messages.js';
import { readBias } from '../bias.js';
import { mapBias } from '../channel-affine.js';
import type { LayerSide } from '../layer-side.js';
import { ownWeight } from '../own-weight.js';
import { rescale } from '../rescale.js';
import type { ChannelBlock } from '../scaled-tensor.js';
import { weightDims } from '../weight-dims.js';

/** ConvTranspose before the map: its weight [C, M/group, k...] holds output channel m of group g at g * M/group + m. */
export const convTransposeProducer: LayerSide = {
  channels(layer) {
    const dims = weightDims(layer);
    return dims && { count: (dims[1] ?? 0) * layer.int('group', 1), axis: dims.length - 1, rank: dims.length };
  },

  async plan(layer, affine) {
    const own = ownWeight(layer, 1);
    if ('reason' in own) return own;
    const { weight } = own;
    const { dims } = weight.tensor;
    const { scale: factors } = affine;
    const groups = layer.int('group', 1);
    const bias = await readBias(layer, 2, factors.length);
    if (bias === undefined || (dims[1] ?? 0) * groups !== factors.length) return { reason: computedParameters() };
    const blocks = groupBlocks(dims, groups);
    return rescale(layer, { weight, blocks, factors, bias: { index: 2, values: mapBias(bias, affine) } });
  },
};

function groupBlocks(
  [inputs = 0, channels = 0, ...kernel]: readonly number[],
  groups: number,
): readonly ChannelBlock[] {
  const inner = kernel.reduce((product, size) => product * size, 1);
  const layout = { outer: inputs / groups, channels, inner };
  return Array.from({ length: groups }, (_, group) => ({ layout, firstChannel: group * channels }));
}
