import type { Model } from '@onnx-compress/graph';
import { ExportedNet, images } from './exported-net.js';
import { convNorm, convNormRelu } from './layers/convolution.js';
import { poolAndClassify } from './layers/linear.js';

/** Every second pixel, then zeros for the new channels: a shortcut without weights. */
function shortcut(net: ExportedNet, x: string, added: number): string {
  const bounds = [net.integers(0, 0), net.integers(2 ** 31 - 1, 2 ** 31 - 1), net.integers(2, 3), net.integers(2, 2)];
  const strided = net.node('Slice', [x, ...bounds]);
  const pads = net.integers(0, added / 2, 0, 0, 0, added / 2, 0, 0);
  return net.node('Pad', [strided, pads, net.scalar(0)], { mode: 'constant' });
}

function block(net: ExportedNet, x: string, from: number, to: number): string {
  const first = net.module('conv1', () => convNormRelu(net, x, [from, to], { kernel: 3, stride: to / from }));
  const second = net.module('conv2', () => convNorm(net, first, [to, to], { kernel: 3 }));
  return net.node('Relu', [net.node('Add', [second, from === to ? x : shortcut(net, x, to - from)])]);
}

/** ResNet-20 for CIFAR-10 with option A shortcuts (He et al. 2016, section 4.2): strided Slice and channel Pad. */
export function resnetOptionA(): Model {
  const net = new ExportedNet({ opset: 13, inputs: images(32) });
  let x = convNormRelu(net, 'input', [3, 16], { kernel: 3 });
  const widths = [16, 16, 16, 32, 32, 32, 64, 64, 64];
  for (const [index, to] of widths.entries()) {
    x = net.module(`block${index}`, () => block(net, x, widths[index - 1] ?? 16, to));
  }
  return net.build({ output: poolAndClassify(net, x, 64) });
}
