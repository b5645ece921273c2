import type { Model } from '@onnx-compress/graph';
import { ExportedNet, images } from './exported-net.js';
import { conv, convNorm, convNormRelu } from './layers/convolution.js';
import { poolAndClassify } from './layers/linear.js';

const GROUP_WIDTH = 8;

/** Squeeze and excitation, with the reduction counted from the block's input. */
function squeezeExcite(net: ExportedNet, x: string, channels: number, from: number): string {
  const squeezed = net.node('Relu', [conv(net, net.node('GlobalAveragePool', [x]), [channels, from / 4])]);
  const gate = net.node('Sigmoid', [conv(net, squeezed, [from / 4, channels])]);
  return net.node('Mul', [gate, x]);
}

function block(net: ExportedNet, x: string, from: number, to: number): string {
  const stride = from === to ? 1 : 2;
  const shortcut = from === to ? x : net.module('proj', () => convNorm(net, x, [from, to], { stride }));
  const first = net.module('a', () => convNormRelu(net, x, [from, to]));
  const second = net.module('b', () =>
    convNormRelu(net, first, [to, to], { kernel: 3, stride, groups: to / GROUP_WIDTH }),
  );
  const excited = net.module('se', () => squeezeExcite(net, second, to, from));
  const third = net.module('c', () => convNorm(net, excited, [to, to]));
  return net.node('Relu', [net.node('Add', [shortcut, third])]);
}

/** RegNetY (Radosavovic et al. 2020): groups of eight channels, squeeze and excitation in every block. */
export function regnet(): Model {
  const net = new ExportedNet({ opset: 17, inputs: images(32) });
  let x = net.module('stem', () => convNormRelu(net, 'input', [3, 16], { kernel: 3, stride: 2 }));
  const widths = [24, 56, 56, 96, 96];
  for (const [index, to] of widths.entries()) {
    x = net.module(`block${index + 1}`, () => block(net, x, widths[index - 1] ?? 16, to));
  }
  return net.build({ output: poolAndClassify(net, x, 96) });
}
