import { float32Tensor, type Model } from '@onnx-compress/graph';
import { ExportedNet } from './exported-net.js';
import { conv, depthwise } from './layers/convolution.js';
import { matMul, reshapeTo } from './layers/linear.js';
import { batchOf } from './layers/normalization.js';

/** A layer between two Transpose nodes: what is left where a converter cannot cancel them. */
function sandwiched(net: ExportedNet, x: string, layer: (x: string) => string): string {
  const first = net.node('Transpose', [x], { perm: [0, 3, 1, 2] });
  return net.node('Transpose', [layer(first)], { perm: [0, 2, 3, 1] });
}

const relu6 = (net: ExportedNet, x: string): string => {
  const [low, high] = [0, 6].map((bound) => net.constant(float32Tensor([], [bound])));
  return net.node('Clip', [x, low ?? '', high ?? '']);
};

/** A TensorFlow MobileNet through tf2onnx: channels last, biases added on the last axis, padding apart. */
export function channelsLast(): Model {
  const net = new ExportedNet({
    opset: 13,
    inputs: { input: ['float32', ['batch', 32, 32, 3]] },
    constants: 'initializers',
  });
  const padded = net.node('Pad', ['input', net.integers(0, 0, 0, 0, 0, 1, 1, 0)]);
  const stem = sandwiched(net, padded, (x) => conv(net, x, [3, 16], { kernel: 3, stride: 2, pad: 0, bias: false }));
  let x = relu6(net, net.node('Add', [stem, net.weight([16], 0.1)]));
  for (const [index, [from, to, stride]] of (
    [
      [16, 32, 2],
      [32, 32, 1],
      [32, 64, 2],
    ] as const
  ).entries()) {
    x = net.module(`block_${index}`, () => {
      const own = sandwiched(net, x, (value) => depthwise(net, value, from, { kernel: 3, stride, bias: false }));
      const scaled = net.node('Mul', [own, net.weight([from], 0.2, 1)]);
      const active = relu6(net, net.node('Add', [scaled, net.weight([from], 0.1)]));
      const point = sandwiched(net, active, (value) => conv(net, value, [from, to], { bias: false }));
      const shifted = net.node('Add', [point, net.weight([1, 1, 1, to], 0.1)]);
      return relu6(net, from === to ? net.node('Add', [x, shifted]) : shifted);
    });
  }
  const pooled = net.node('ReduceMean', [x], { axes: [1, 2], keepdims: 0 });
  const flat = reshapeTo(net, pooled, [batchOf(net, pooled), 64]);
  return net.build({ output: net.node('Softmax', [matMul(net, flat, [64, 10])], { axis: -1 }) });
}
