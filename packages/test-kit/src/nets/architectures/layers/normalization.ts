import { float32Tensor } from '@onnx-compress/graph';
import type { ExportedNet } from '../exported-net.js';
import { lengthOf } from './linear.js';

/** Layer normalization over the last axis: one operator from operator set 17 on, nine before. */
export function layerNorm(net: ExportedNet, x: string, channels: number): string {
  const [scale, shift] = [net.weight([channels], 0.2, 1), net.weight([channels], 0.1)];
  if (net.opset >= 17) return net.node('LayerNormalization', [x, scale, shift], { axis: -1, epsilon: { float: 1e-5 } });
  const mean = net.node('ReduceMean', [x], { axes: [-1] });
  const centred = net.node('Sub', [x, mean]);
  const variance = net.node('ReduceMean', [net.node('Pow', [centred, net.scalar(2)])], { axes: [-1] });
  const deviation = net.node('Sqrt', [net.node('Add', [variance, net.scalar(1e-5)])]);
  const normal = net.node('Div', [centred, deviation]);
  return net.node('Add', [net.node('Mul', [normal, scale]), shift]);
}

/** Group normalization as it is written before operator set 18: InstanceNormalization over groups of channels. */
export function groupNorm(net: ExportedNet, x: string, channels: number, groups: number): string {
  const shape = net.node('Shape', [x]);
  const grouped = net.node('Reshape', [x, net.integers(0, groups, -1)]);
  const ones = net.tensor('ones', float32Tensor([groups], Array(groups).fill(1)));
  const zeros = net.tensor('zeros', float32Tensor([groups], Array(groups).fill(0)));
  const normal = net.node('InstanceNormalization', [grouped, ones, zeros], { epsilon: { float: 1e-5 } });
  const back = net.node('Reshape', [normal, shape]);
  const scaled = net.node('Mul', [back, net.weight([channels, 1, 1], 0.2, 1)]);
  return net.node('Add', [scaled, net.weight([channels, 1, 1], 0.1)]);
}

/** The mean over height and width, as `x.mean([2, 3])` is exported. */
export function spatialMean(net: ExportedNet, x: string, keep: boolean): string {
  const keepdims = keep ? 1 : 0;
  if (net.opset >= 18) return net.node('ReduceMean', [x, net.integers(2, 3)], { keepdims });
  return net.node('ReduceMean', [x], { axes: [2, 3], keepdims });
}

/** The number of images in the batch, as exported code reads it. */
export const batchOf = (net: ExportedNet, x: string): string => lengthOf(net, x, 0);
