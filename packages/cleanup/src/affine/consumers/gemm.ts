import { readFloats, type Tensor } from '@onnx-compress/graph';
import { channelLayout } from '@onnx-compress/math';
import { computedParameters, noNeighbour } from '../../messages.js';
import { readBias } from '../bias.js';
import { isLinear } from '../channel-affine.js';
import { columnsAxis, gemmChannels } from '../gemm-axes.js';
import type { LayerSide } from '../layer-side.js';
import { ownWeight } from '../own-weight.js';
import { rescale } from '../rescale.js';

/** Gemm behind the map, `alpha * A B + beta * C`: the rows of B are scaled, `alpha * offset . B` goes into C. */
export const gemmConsumer: LayerSide = {
  channels: (gemm) => (gemm.int('transA', 0) === 0 ? gemmChannels(gemm, rowsAxis(columnsAxis(gemm))) : undefined),

  async plan(gemm, affine) {
    if (gemm.int('transA', 0) !== 0) return { reason: noNeighbour() };
    const own = ownWeight(gemm, 1);
    if ('reason' in own) return own;
    const { weight } = own;
    const { tensor } = weight;
    const { scale: factors, offset } = affine;
    const columns = columnsAxis(gemm);
    const rows = rowsAxis(columns);
    const bias = await readBias(gemm, 2, tensor.dims[columns] ?? 0);
    if (bias === undefined || tensor.dims[rows] !== factors.length) return { reason: computedParameters() };
    const moved = isLinear(affine) ? new Float64Array(bias.length) : await offsetTimes(tensor, rows, offset);
    const alpha = gemm.float('alpha', 1);
    const beta = gemm.float('beta', 1);
    const values = bias.map((value, column) => beta * value + alpha * (moved[column] ?? 0));
    const blocks = [{ layout: channelLayout(tensor.dims, rows), firstChannel: 0 }];
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

function rowsAxis(columns: 0 | 1): 0 | 1 {
  return columns === 0 ? 1 : 0;
}

async function offsetTimes(tensor: Tensor, rows: 0 | 1, offset: Float64Array): Promise<Float64Array> {
  const [first = 0, second = 0] = tensor.dims;
  const values = await readFloats(tensor);
  const sums = new Float64Array(rows === 0 ? second : first);
  for (const [row, shift] of offset.entries()) {
    for (const column of sums.keys()) {
      const index = rows === 0 ? row * second + column : column * second + row;
      sums[column] = (sums[column] ?? 0) + shift * (values[index] ?? 0);
    }
  }
  return sums;
}
