import { readFloats, type Tensor } from '@onnx-compress/graph';
import { channelLayout } from '@onnx-compress/math';
import { computedParameters, noNeighbour } from '../../messages.js';
import { readBias, writeBias } from '../bias.js';
import type { NeighbourFold } from '../neighbour-fold.js';
import { ownWeight } from '../own-weight.js';
import { scaledTensor } from '../scaled-tensor.js';

/** Gemm behind the norm, `alpha * A B + beta * C`: the rows of B are scaled, `alpha * offset . B` goes into C. */
export const gemmConsumer: NeighbourFold = async (node, { scale, offset }) => {
  if (node.int('transA', 0) !== 0) return noNeighbour();
  const own = ownWeight(node, 1);
  if ('reason' in own) return own.reason;
  const { weight } = own;
  const { tensor } = weight;
  const rowAxis = node.int('transB', 0) === 0 ? 0 : 1;
  const columns = tensor.dims[1 - rowAxis] ?? 0;
  const bias = await readBias(node, 2, columns);
  if (bias === undefined || tensor.dims[rowAxis] !== scale.length) return computedParameters();
  const moved = await offsetTimes(tensor, rowAxis, offset);
  weight.replace(scaledTensor(tensor, [{ layout: channelLayout(tensor.dims, rowAxis), firstChannel: 0 }], scale));
  const alpha = node.float('alpha', 1);
  const beta = node.float('beta', 1);
  node.removeAttribute('beta');
  const shifted = bias.map((value, column) => beta * value + alpha * (moved[column] ?? 0));
  writeBias(node, 2, shifted, tensor.dataType);
  return undefined;
};

async function offsetTimes(tensor: Tensor, rowAxis: number, offset: Float64Array): Promise<Float64Array> {
  const [first = 0, second = 0] = tensor.dims;
  const values = await readFloats(tensor);
  const sums = new Float64Array(rowAxis === 0 ? second : first);
  for (const [row, shift] of offset.entries()) {
    for (const column of sums.keys()) {
      const index = rowAxis === 0 ? row * second + column : column * second + row;
      sums[column] = (sums[column] ?? 0) + shift * (values[index] ?? 0);
    }
  }
  return sums;
}
