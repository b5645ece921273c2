import type { Model } from '@onnx-compress/graph';
import { ExportedNet, images } from './exported-net.js';
import { averagePool, batchNorm, conv, convNormRelu, maxPool } from './layers/convolution.js';
import { poolAndClassify } from './layers/linear.js';

const GROWTH = 8;
const BOTTLENECK = 4 * GROWTH;

/** BatchNormalization, Relu, 1 x 1 convolution with normalization folded in, Relu, 3 x 3 convolution. */
function denseLayer(net: ExportedNet, features: readonly string[], channels: number): string {
  const [only = '', ...more] = features;
  const all = more.length === 0 ? only : net.node('Concat', features, { axis: 1 });
  const normal = net.node('Relu', [batchNorm(net, all, channels)]);
  const narrow = net.node('Relu', [conv(net, normal, [channels, BOTTLENECK])]);
  return conv(net, narrow, [BOTTLENECK, GROWTH], { kernel: 3, bias: false });
}

function denseBlock(net: ExportedNet, x: string, layers: number, channels: number): string {
  const features = [x];
  for (let index = 0; index < layers; index++) {
    const layer = () => denseLayer(net, features, channels + index * GROWTH);
    features.push(net.module(`denselayer${index + 1}`, layer));
  }
  return net.node('Concat', features, { axis: 1 });
}

function transition(net: ExportedNet, x: string, channels: number): string {
  const normal = net.node('Relu', [batchNorm(net, x, channels)]);
  return averagePool(net, conv(net, normal, [channels, channels / 2], { bias: false }), 2);
}

/** DenseNet-121 (Huang et al. 2017): the 6, 12, 24 and 16 layers of its four blocks, a quarter of the growth. */
export function densenet121(): Model {
  const net = new ExportedNet({ opset: 13, inputs: images(64) });
  let x = maxPool(net, convNormRelu(net, 'input', [3, 16], { kernel: 7, stride: 2 }), 3, 2);
  let channels = 16;
  for (const [index, layers] of [6, 12, 24, 16].entries()) {
    x = net.module(`denseblock${index + 1}`, () => denseBlock(net, x, layers, channels));
    channels += layers * GROWTH;
    if (index === 3) break;
    x = net.module(`transition${index + 1}`, () => transition(net, x, channels));
    channels /= 2;
  }
  const last = net.node('Relu', [batchNorm(net, x, channels)]);
  return net.build({ output: poolAndClassify(net, last, channels) });
}
