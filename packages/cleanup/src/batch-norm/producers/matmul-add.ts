import { channelLayout } from '@onnx-compress/math';
import { computedParameters, noNeighbour, sharedValue } from '../../messages.js';
import { readBias, writeBias } from '../bias.js';
import type { NeighbourFold } from '../neighbour-fold.js';
import { ownWeight } from '../own-weight.js';
import { scaledTensor } from '../scaled-tensor.js';
import { affineOf } from './conv.js';

/** Add of a constant to a MatMul before the norm: the columns of the weight are scaled, the constant takes the offset. */
export const matMulAddProducer: NeighbourFold = async (add, { scale, offset }) => {
  const productIndex = add.input(0)?.producer?.opType === 'MatMul' ? 0 : 1;
  const product = add.input(productIndex);
  const matMul = product?.producer;
  if (product === undefined || matMul?.opType !== 'MatMul' || !add.inputs[1 - productIndex]) return noNeighbour();
  if (product.uses.length > 1) return sharedValue(product.name);
  const own = ownWeight(matMul, 1);
  if ('reason' in own) return own.reason;
  const { weight } = own;
  const { tensor } = weight;
  const bias = await readBias(add, 1 - productIndex, scale.length);
  if (bias === undefined || tensor.dims.length !== 2 || tensor.dims[1] !== scale.length) return computedParameters();
  weight.replace(scaledTensor(tensor, [{ layout: channelLayout(tensor.dims, 1), firstChannel: 0 }], scale));
  writeBias(add, 1 - productIndex, affineOf(bias, scale, offset), tensor.dataType);
  return undefined;
};
