import type { Model } from '@onnx-compress/graph';
import { ExportedNet, images } from './exported-net.js';
import { conv, maxPool } from './layers/convolution.js';
import { linear } from './layers/linear.js';

const normalise = (net: ExportedNet, x: string): string =>
  net.node('LRN', [x], { alpha: { float: 1e-4 }, beta: { float: 0.75 }, bias: { float: 1 }, size: 5 });

/** AlexNet (Krizhevsky et al. 2012): local response normalization, convolutions in two groups, Dropout left in. */
export function alexnet(): Model {
  const net = new ExportedNet({ opset: 9, inputs: images(32, 3, 1) });
  const relu = (x: string) => net.node('Relu', [x]);
  const first = relu(conv(net, 'input', [3, 32], { kernel: 5, stride: 2 }));
  const second = relu(conv(net, maxPool(net, normalise(net, first), 2), [32, 64], { kernel: 5, groups: 2 }));
  const third = relu(conv(net, maxPool(net, normalise(net, second), 2), [64, 96], { kernel: 3 }));
  const fourth = relu(conv(net, third, [96, 96], { kernel: 3, groups: 2 }));
  const fifth = maxPool(net, relu(conv(net, fourth, [96, 64], { kernel: 3, groups: 2 })), 2);
  const flat = net.node('Reshape', [fifth, net.integers(1, 256)]);
  const hidden = net.node('Dropout', [relu(linear(net, flat, [256, 128]))], { ratio: { float: 0.5 } });
  const last = net.node('Dropout', [relu(linear(net, hidden, [128, 128]))], { ratio: { float: 0.5 } });
  return net.build({ prob: net.node('Softmax', [linear(net, last, [128, 10])], { axis: 1 }) });
}
