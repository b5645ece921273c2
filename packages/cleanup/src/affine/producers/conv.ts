import { channelLayout } from '@onnx-compress/math';
import { computedParameters } from '../../messages.js';
import { readBias } from '../bias.js';
import { mapBias } from '../channel-affine.js';
import type { LayerSide } from '../layer-side.js';
import { ownWeight } from '../own-weight.js';
import { rescale } from '../rescale.js';
import { weightDims } from '../weight-dims.js';

/** Conv before the map: `W[m] * scale[m]`, `B[m] * scale[m] + offset[m]` for output channel m. */
export const convProducer: LayerSide = {
  channels(conv) {
    const dims = weightDims(conv);
    return dims && { count: dims[0] ?? 0, axis: dims.length - 1, rank: dims.length };
  },

  async plan(conv, affine) {
    const own = ownWeight(conv, 1);
    if ('reason' in own) return own;
    const { weight } = own;
    const { dims } = weight.tensor;
    const { scale: factors } = affine;
    const bias = await readBias(conv, 2, factors.length);
    if (bias === undefined || dims[0] !== factors.length) return { reason: computedParameters() };
    const blocks = [{ layout: channelLayout(dims, 0), firstChannel: 0 }];
    return rescale(conv, { weight, blocks, factors, bias: { index: 2, values: mapBias(bias, affine) } });
  },
};
