import { channelLayout } from '@onnx-compress/math';
import { computedParameters } from '../../messages.js';
import { readBias, writeBias } from '../bias.js';
import type { NeighbourFold } from '../neighbour-fold.js';
import { ownWeight } from '../own-weight.js';
import { scaledTensor } from '../scaled-tensor.js';
import { affineOf } from './conv.js';

/** Gemm before the norm, `alpha * A B + beta * C`: the columns of B and of C are scaled, C takes the offset. */
export const gemmProducer: NeighbourFold = async (node, { scale, offset }) => {
  const own = ownWeight(node, 1);
  if ('reason' in own) return own.reason;
  const { weight } = own;
  const { tensor } = weight;
  const axis = node.int('transB', 0) === 0 ? 1 : 0;
  const bias = await readBias(node, 2, scale.length);
  if (bias === undefined || tensor.dims[axis] !== scale.length) return computedParameters();
  weight.replace(scaledTensor(tensor, [{ layout: channelLayout(tensor.dims, axis), firstChannel: 0 }], scale));
  const beta = node.float('beta', 1);
  node.removeAttribute('beta');
  writeBias(
    node,
    2,
    affineOf(
      bias.map((value) => value * beta),
      scale,
      offset,
    ),
    tensor.dataType,
  );
  return undefined;
};
