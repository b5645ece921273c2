import { channelLayout } from '@onnx-compress/math';
import { computedParameters, unevenOffset } from '../../messages.js';
import { isLinear } from '../channel-affine.js';
import type { LayerSide } from '../layer-side.js';
import { ownWeight } from '../own-weight.js';
import { rescale } from '../rescale.js';
import { weightDims } from '../weight-dims.js';

/** ConvTranspose behind the map: the first axis of its weight is scaled; an offset would differ from place to place. */
export const convTransposeConsumer: LayerSide = {
  channels(layer) {
    const dims = weightDims(layer);
    return dims && { count: dims[0] ?? 0, axis: dims.length - 1, rank: dims.length };
  },

  async plan(layer, affine) {
    const own = ownWeight(layer, 1);
    if ('reason' in own) return own;
    const { weight } = own;
    const { dims } = weight.tensor;
    const { scale: factors } = affine;
    if (dims[0] !== factors.length) return { reason: computedParameters() };
    if (!isLinear(affine)) return { reason: unevenOffset() };
    const blocks = [{ layout: channelLayout(dims, 0), firstChannel: 0 }];
    return rescale(layer, { weight, blocks, factors, bias: undefined });
  },
};
