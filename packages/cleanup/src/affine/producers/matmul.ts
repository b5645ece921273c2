import { channelLayout } from '@onnx-compress/math';
import { computedParameters, withoutBias } from '../../messages.js';
import { isLinear } from '../channel-affine.js';
import type { LayerSide } from '../layer-side.js';
import { ownWeight } from '../own-weight.js';
import { rescale } from '../rescale.js';
import { weightDims } from '../weight-dims.js';

/** MatMul with a weight [K, N] before the map: its columns take the scale, an offset has no place in it. */
export const matMulProducer: LayerSide = {
  channels(matMul) {
    const dims = weightDims(matMul);
    return dims?.length === 2 ? { count: dims[1] ?? 0, axis: 1, rank: undefined } : undefined;
  },

  async plan(matMul, affine) {
    const own = ownWeight(matMul, 1);
    if ('reason' in own) return own;
    const { weight } = own;
    const { dims } = weight.tensor;
    const { scale: factors } = affine;
    if (dims.length !== 2 || dims[1] !== factors.length) return { reason: computedParameters() };
    if (!isLinear(affine)) return { reason: withoutBias() };
    const blocks = [{ layout: channelLayout(dims, 1), firstChannel: 0 }];
    return rescale(matMul, { weight, blocks, factors, bias: undefined });
  },
};
