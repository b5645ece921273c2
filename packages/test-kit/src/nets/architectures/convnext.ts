import type { Model } from '@onnx-compress/graph';
import { ExportedNet, images } from './exported-net.js';
import { gelu } from './layers/activation.js';
import { conv, depthwise } from './layers/convolution.js';
import { linear, matMul } from './layers/linear.js';
import { layerNorm } from './layers/normalization.js';

const toLast = (net: ExportedNet, x: string): string => net.node('Transpose', [x], { perm: [0, 2, 3, 1] });
const toFirst = (net: ExportedNet, x: string): string => net.node('Transpose', [x], { perm: [0, 3, 1, 2] });

const layerNorm2d = (net: ExportedNet, x: string, channels: number): string =>
  toFirst(net, layerNorm(net, toLast(net, x), channels));

function block(net: ExportedNet, x: string, channels: number): string {
  const spatial = layerNorm(net, toLast(net, depthwise(net, x, channels, { kernel: 7 })), channels);
  const wide = gelu(net, matMul(net, spatial, [channels, 4 * channels]));
  const narrow = toFirst(net, matMul(net, wide, [4 * channels, channels]));
  return net.node('Add', [net.node('Mul', [net.weight([channels, 1, 1], 0.2, 1), narrow]), x]);
}

/** ConvNeXt (Liu et al. 2022): large depthwise windows, LayerNorm on the last axis between Transposes, layer scale. */
export function convnext(opset: number): Model {
  const net = new ExportedNet({ opset, inputs: images(32) });
  let x = layerNorm2d(net, conv(net, 'input', [3, 24], { kernel: 4, stride: 4, pad: 0 }), 24);
  for (const index of [0, 1]) x = net.module(`features.1.${index}`, () => block(net, x, 24));
  const down = (value: string) => conv(net, layerNorm2d(net, value, 24), [24, 48], { kernel: 2, stride: 2, pad: 0 });
  x = net.module('features.2', () => down(x));
  for (const index of [0, 1]) x = net.module(`features.3.${index}`, () => block(net, x, 48));
  const pooled = layerNorm2d(net, net.node('GlobalAveragePool', [x]), 48);
  return net.build({ output: linear(net, net.node('Flatten', [pooled], { axis: 1 }), [48, 10]) });
}
