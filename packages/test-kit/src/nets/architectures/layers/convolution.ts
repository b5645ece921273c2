import { float32Tensor } from '@onnx-compress/graph';
import type { ExportedNet } from '../exported-net.js';

/** Input and output channels. */
export type Channels = readonly [from: number, to: number];

/** As the arguments of a framework's convolution layer. */
export interface ConvOptions {
  readonly kernel?: number;
  readonly stride?: number;
  readonly groups?: number;
  readonly dilation?: number;
  /** Same padding unless given. */
  readonly pad?: number;
  readonly bias?: boolean;
}

/** A two-dimensional convolution. */
export function conv(net: ExportedNet, x: string, [from, to]: Channels, options: ConvOptions = {}): string {
  const { kernel = 1, stride = 1, groups = 1, dilation = 1, bias = true } = options;
  const pad = options.pad ?? (dilation * (kernel - 1)) / 2;
  const dims = [to, from / groups, kernel, kernel];
  const inputs = [x, net.weight(dims, Math.sqrt((2 * groups) / (from * kernel * kernel)))];
  return net.node('Conv', bias ? [...inputs, net.weight([to], 0.1)] : inputs, {
    dilations: [dilation, dilation],
    group: groups,
    kernel_shape: [kernel, kernel],
    pads: [pad, pad, pad, pad],
    strides: [stride, stride],
  });
}

/** One filter for each channel. */
export function depthwise(net: ExportedNet, x: string, channels: number, options: ConvOptions = {}): string {
  return conv(net, x, [channels, channels], { ...options, groups: channels });
}

/** Batch normalization with trained statistics. */
export function batchNorm(net: ExportedNet, x: string, channels: number): string {
  const variance = float32Tensor(
    [channels],
    Array.from({ length: channels }, (_, index) => 0.5 + (index % 5) / 4),
  );
  const [scale, shift, mean] = [
    net.weight([channels], 0.3, 1),
    net.weight([channels], 0.2),
    net.weight([channels], 0.2),
  ];
  return net.node('BatchNormalization', [x, scale, shift, mean, net.tensor('running_var', variance)], {
    epsilon: { float: 1e-5 },
  });
}

/** Convolution without bias, then batch normalization. */
export function convNorm(net: ExportedNet, x: string, channels: Channels, options: ConvOptions = {}): string {
  return batchNorm(net, conv(net, x, channels, { ...options, bias: false }), channels[1]);
}

/** Convolution, batch normalization, Relu. */
export function convNormRelu(net: ExportedNet, x: string, channels: Channels, options: ConvOptions = {}): string {
  return net.node('Relu', [convNorm(net, x, channels, options)]);
}

/** A transposed convolution that doubles height and width. */
export function upConv(net: ExportedNet, x: string, [from, to]: Channels): string {
  const weight = net.weight([from, to, 2, 2], Math.sqrt(1 / from));
  return net.node('ConvTranspose', [x, weight, net.weight([to], 0.1)], { kernel_shape: [2, 2], strides: [2, 2] });
}

/** Max pooling over windows of this size, with same padding where the size is odd. */
export function maxPool(net: ExportedNet, x: string, size: number, stride = size): string {
  const pad = size % 2 === 1 ? (size - 1) / 2 : 0;
  return net.node('MaxPool', [x], {
    kernel_shape: [size, size],
    pads: [pad, pad, pad, pad],
    strides: [stride, stride],
  });
}

/** Average pooling over windows of this size, with same padding where the size is odd. */
export function averagePool(net: ExportedNet, x: string, size: number, stride = size): string {
  const pad = size % 2 === 1 ? (size - 1) / 2 : 0;
  return net.node('AveragePool', [x], {
    count_include_pad: 1,
    kernel_shape: [size, size],
    pads: [pad, pad, pad, pad],
    strides: [stride, stride],
  });
}
