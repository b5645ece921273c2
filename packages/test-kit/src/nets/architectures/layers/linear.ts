import type { ExportedNet } from '../exported-net.js';
import type { Channels } from './convolution.js';

/** A linear layer on rows, as Gemm. */
export function linear(net: ExportedNet, x: string, [from, to]: Channels): string {
  return net.node('Gemm', [x, net.weight([to, from], Math.sqrt(1 / from)), net.weight([to], 0.1)], { transB: 1 });
}

/** A linear layer on the last axis of any tensor: MatMul, then the bias. */
export function matMul(net: ExportedNet, x: string, [from, to]: Channels, bias = true): string {
  const product = net.node('MatMul', [x, net.weight([from, to], Math.sqrt(1 / from))]);
  return bias ? net.node('Add', [net.weight([to], 0.1), product]) : product;
}

/** Global average pooling, flatten, linear: the end of most image classifiers. */
export function poolAndClassify(net: ExportedNet, x: string, channels: number, classes = 10): string {
  const pooled = net.node('GlobalAveragePool', [x]);
  return linear(net, net.node('Flatten', [pooled], { axis: 1 }), [channels, classes]);
}

/** One length of a tensor, read while the model runs: Shape, then Gather. */
export function lengthOf(net: ExportedNet, x: string, axis: number): string {
  return net.node('Gather', [net.node('Shape', [x]), net.index(axis)], { axis: 0 });
}

/** Reshape to lengths of which some are read while the model runs: each Unsqueezed, then Concat. */
export function reshapeTo(net: ExportedNet, x: string, dims: readonly (number | string)[]): string {
  return net.node('Reshape', [x, shapeOf(net, dims)]);
}

/** A shape out of constants and of lengths read while the model runs. */
export function shapeOf(net: ExportedNet, dims: readonly (number | string)[]): string {
  if (dims.every((dim) => typeof dim === 'number')) return net.integers(...dims);
  const parts = dims.map((dim) => (typeof dim === 'number' ? net.integers(dim) : unsqueeze(net, dim, 0)));
  return net.node('Concat', parts, { axis: 0 });
}

/** Inserts an axis of length 1; where, is an attribute before operator set 13. */
function unsqueeze(net: ExportedNet, x: string, axis: number): string {
  if (net.opset < 13) return net.node('Unsqueeze', [x], { axes: [axis] });
  return net.node('Unsqueeze', [x, net.integers(axis)]);
}
