import { unfold } from '@onnx-compress/core';
import { elementCount } from '@onnx-compress/graph';
import type { LinearLayer } from '../layers/linear-layer.js';
import { channelRows } from './channel-rows.js';
import { integerAt, lengthsOf } from './integers.js';
import type { RowTap, RowTaps } from './row-tap.js';
import { spatialAxes } from './spatial-axes.js';
import { isPointwise, steppingOf } from './stepping.js';
import { windowsAt } from './windows.js';

/** The number of positions of some axes together. */
function sizeOf({ taps }: RowTaps, lengths: string, axes: number): string {
  const sizes = Array.from({ length: axes }, (_, axis) => integerAt(taps, lengths, axis));
  return sizes.reduce((product, size) => taps.op('Mul', [product, size]));
}

function convRows(into: RowTaps, { node, data, inputs, contraction, kernel }: LinearLayer, count: number): RowTap {
  const { taps, sampler } = into;
  const stepping = steppingOf(node, kernel);
  const channels = inputs * contraction.groups;
  const [rank, columns] = [kernel.length + 2, channels * elementCount(kernel)];
  if (isPointwise(stepping)) return channelRows(into, data.name, 1, rank, count);
  const axes = spatialAxes(taps, data.name, stepping);
  const { size, indices } = sampler.choose(sizeOf(into, axes.outputs, kernel.length), count);
  const windows = windowsAt(taps, indices, axes, kernel, stepping);
  const flat = taps.reshape(data.name, [0, channels, -1]);
  const picked = taps.float(taps.op('Gather', [flat, windows.indices], { axis: { int: 2 } }));
  const padded = windows.inside === undefined ? picked : taps.op('Mul', [picked, taps.float(windows.inside)]);
  const byPosition = taps.op('Transpose', [padded], { perm: { ints: [0, 2, 1, 3] } });
  return { rows: taps.reshape(byPosition, [-1, columns]), size, count };
}

/** What lies under a position of a transposed convolution depends on it: all positions are computed first. */
function convTransposeRows(into: RowTaps, { node, data, inputs, kernel }: LinearLayer, count: number): RowTap {
  const { taps, sampler } = into;
  const copies = unfold(taps, node, taps.float(data.name), inputs, kernel);
  const { size, indices } = sampler.choose(lengthsOf(taps, copies, [3]), count);
  const picked = taps.op('Gather', [copies, indices], { axis: { int: 3 } });
  const byPosition = taps.op('Transpose', [picked], { perm: { ints: [0, 3, 1, 2] } });
  return { rows: taps.reshape(byPosition, [-1, inputs * elementCount(kernel)]), size, count };
}

function matMulRows({ taps, sampler }: RowTaps, { data, inputs }: LinearLayer, positions: number): RowTap {
  const count = data.declared?.dims?.length === 2 ? 1 : positions;
  const flat = taps.reshape(data.name, [0, -1, inputs]);
  const { size, indices } = sampler.choose(lengthsOf(taps, flat, [1]), count);
  const picked = taps.float(taps.op('Gather', [flat, indices], { axis: { int: 1 } }));
  return { rows: taps.reshape(picked, [-1, inputs]), size, count };
}

/**
 * What a layer multiplies by its weight matrix at sampled positions of its output. A few small nodes compute where the
 * kernel lies at these positions, so that no window of another position is ever copied.
 */
export function layerRows(into: RowTaps, layer: LinearLayer, positions: number): RowTap {
  switch (layer.node.opType) {
    case 'Conv':
      return convRows(into, layer, positions);
    case 'ConvTranspose':
      return convTransposeRows(into, layer, positions);
    case 'Gemm':
      return channelRows(into, layer.data.name, 1, 2, 1);
    default:
      return matMulRows(into, layer, positions);
  }
}
