import type { Model } from '@onnx-compress/graph';
import { ExportedNet, images } from './exported-net.js';
import { averagePool, batchNorm, conv, convNormRelu, maxPool } from './layers/convolution.js';
import { linear, poolAndClassify } from './layers/linear.js';

const concat = (net: ExportedNet, values: readonly string[]): string => net.node('Concat', values, { axis: 1 });
const convRelu = (net: ExportedNet, x: string, channels: readonly [number, number], kernel = 1): string =>
  net.node('Relu', [conv(net, x, channels, { kernel })]);

/** A convolution with a window of one row or one column, as Inception v3 splits large windows. */
function convLine(net: ExportedNet, x: string, [from, to]: readonly [number, number], wide: boolean): string {
  const kernel = wide ? [1, 7] : [7, 1];
  const weight = net.weight([to, from, ...kernel], Math.sqrt(2 / (from * 7)));
  const pads = wide ? [0, 3, 0, 3] : [3, 0, 3, 0];
  return net.node('Relu', [batchNorm(net, net.node('Conv', [x, weight], { kernel_shape: kernel, pads }), to)]);
}

/** Four branches, then Concat: 1 x 1, 3 x 3, 5 x 5, pooled. */
function mixed(net: ExportedNet, x: string, from: number, width: number): string {
  return concat(net, [
    convRelu(net, x, [from, 2 * width]),
    convRelu(net, convRelu(net, x, [from, width]), [width, 2 * width], 3),
    convRelu(net, convRelu(net, x, [from, width / 2]), [width / 2, width], 5),
    convRelu(net, maxPool(net, x, 3, 1), [from, width]),
  ]);
}

/** GoogLeNet (Szegedy et al. 2015), with the input's channels scaled one by one by Gather and Unsqueeze. */
export function googlenet(): Model {
  const net = new ExportedNet({ opset: 13, inputs: images(32) });
  const scaled = [0, 1, 2].map((channel) => {
    const one = net.node('Unsqueeze', [
      net.node('Gather', ['input', net.index(channel)], { axis: 1 }),
      net.integers(1),
    ]);
    return net.node('Add', [net.node('Mul', [one, net.scalar(0.458)]), net.scalar(-0.03)]);
  });
  const stem = maxPool(net, convNormRelu(net, concat(net, scaled), [3, 32], { kernel: 7, stride: 2 }), 3, 2);
  const first = net.module('inception3a', () => mixed(net, stem, 32, 16));
  const second = net.module('inception3b', () => mixed(net, first, 96, 24));
  const third = net.module('inception4a', () => mixed(net, maxPool(net, second, 3, 2), 144, 32));
  return net.build({ output: poolAndClassify(net, third, 192) });
}

/** A block of Inception v3 whose large windows are one row and one column after another. */
function factorized(net: ExportedNet, x: string, from: number, width: number): string {
  const narrow = convNormRelu(net, x, [from, width]);
  const single = convLine(net, convLine(net, narrow, [width, width], true), [width, 2 * width], false);
  const pooled = convNormRelu(net, averagePool(net, x, 3, 1), [from, width]);
  return concat(net, [convNormRelu(net, x, [from, width]), single, pooled]);
}

/** A block of Inception v3 that halves height and width: two convolutions and a pool. */
function reduction(net: ExportedNet, x: string, from: number, width: number): string {
  const inner = convNormRelu(net, convNormRelu(net, x, [from, width]), [width, width], { kernel: 3 });
  const left = convNormRelu(net, x, [from, width], { kernel: 3, stride: 2, pad: 1 });
  return concat(net, [
    left,
    convNormRelu(net, inner, [width, width], { kernel: 3, stride: 2, pad: 1 }),
    maxPool(net, x, 3, 2),
  ]);
}

/** The last kind of block: branches that fork again into a row and a column. */
function forked(net: ExportedNet, x: string, from: number, width: number): string {
  const narrow = convNormRelu(net, x, [from, width]);
  const fork = concat(net, [convLine(net, narrow, [width, width], true), convLine(net, narrow, [width, width], false)]);
  return concat(net, [convNormRelu(net, x, [from, width]), fork]);
}

/** Inception v3 (Szegedy et al. 2016) with the auxiliary classifier of training left in as second output. */
export function inceptionV3(): Model {
  const net = new ExportedNet({ opset: 11, inputs: images(32) });
  const stem = convNormRelu(net, 'input', [3, 16], { kernel: 3, stride: 2 });
  const first = net.module('Mixed_5b', () => mixed(net, convNormRelu(net, stem, [16, 32], { kernel: 3 }), 32, 16));
  const second = net.module('Mixed_6a', () => reduction(net, first, 96, 32));
  const third = net.module('Mixed_6b', () => factorized(net, second, 160, 32));
  const fourth = net.module('Mixed_7b', () => forked(net, third, 128, 32));
  const auxiliary = net.module('AuxLogits', () => {
    const hidden = convNormRelu(net, averagePool(net, third, 2), [128, 24]);
    const pooled = net.node('Squeeze', [net.node('GlobalAveragePool', [hidden])], { axes: [2, 3] });
    return linear(net, pooled, [24, 10]);
  });
  return net.build({ output: poolAndClassify(net, fourth, 96), auxiliary });
}
