import { channelLayout } from '@onnx-compress/math';
import { computedParameters, noNeighbour, sharedValue } from '../../messages.js';
import { planBias, readBias } from '../bias.js';
import { mapBias } from '../channel-affine.js';
import type { PlanFold } from '../layer-side.js';
import { ownWeight } from '../own-weight.js';
import { rescale } from '../rescale.js';

/** Add of a constant to a MatMul before the map: the columns of the weight are scaled, the constant takes the offset. */
export const planMatMulAdd: PlanFold = async (add, affine) => {
  const productIndex = add.input(0)?.producer?.opType === 'MatMul' ? 0 : 1;
  const product = add.input(productIndex);
  const matMul = product?.producer;
  if (product === undefined || matMul?.opType !== 'MatMul' || !add.inputs[1 - productIndex]) {
    return { reason: noNeighbour() };
  }
  if (product.uses.length > 1) return { reason: sharedValue(product.name) };
  const own = ownWeight(matMul, 1);
  if ('reason' in own) return own;
  const { weight } = own;
  const { dims, dataType } = weight.tensor;
  const { scale: factors } = affine;
  const before = await readBias(add, 1 - productIndex, factors.length);
  if (before === undefined || dims.length !== 2 || dims[1] !== factors.length) {
    return { reason: computedParameters() };
  }
  const blocks = [{ layout: channelLayout(dims, 1), firstChannel: 0 }];
  const scaling = rescale(matMul, { weight, blocks, factors, bias: undefined });
  const bias = planBias(add, 1 - productIndex, mapBias(before, affine), dataType);
  return {
    growth: bias.growth,
    apply: () => {
      scaling.apply();
      bias.apply();
    },
  };
};
