import { channelLayout } from '@onnx-compress/math';
import { computedParameters } from '../../messages.js';
import { readBias } from '../bias.js';
import { mapBias } from '../channel-affine.js';
import { columnsAxis, gemmChannels } from '../gemm-axes.js';
import type { LayerSide } from '../layer-side.js';
import { ownWeight } from '../own-weight.js';
import { rescale } from '../rescale.js';

/** Gemm before the map, `alpha * A B + beta * C`: the columns of B and of C are scaled, C takes the offset. */
export const gemmProducer: LayerSide = {
  channels: (gemm) => gemmChannels(gemm, columnsAxis(gemm)),

  async plan(gemm, affine) {
    const own = ownWeight(gemm, 1);
    if ('reason' in own) return own;
    const { weight } = own;
    const { dims } = weight.tensor;
    const { scale: factors } = affine;
    const axis = columnsAxis(gemm);
    const bias = await readBias(gemm, 2, factors.length);
    if (bias === undefined || dims[axis] !== factors.length) return { reason: computedParameters() };
    const beta = gemm.float('beta', 1);
    const values = mapBias(
      bias.map((value) => value * beta),
      affine,
    );
    const blocks = [{ layout: channelLayout(dims, axis), firstChannel: 0 }];
    const change = rescale(gemm, { weight, blocks, factors, bias: { index: 2, values } });
    return {
      growth: change.growth,
      apply: () => {
        change.apply();
        gemm.removeAttribute('beta');
      },
    };
  },
};
