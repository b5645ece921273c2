import type { Model } from '@onnx-compress/graph';
import { ExportedNet } from './exported-net.js';
import type { Channels } from './layers/convolution.js';

/** A convolution over time that sees the past only: padded, then the future cut off. */
function causal(net: ExportedNet, x: string, [from, to]: Channels, dilation: number, kernel = 2): string {
  const pad = (kernel - 1) * dilation;
  const weight = net.weight([to, from, kernel], Math.sqrt(1 / (from * kernel)));
  const y = net.node('Conv', [x, weight, net.weight([to], 0.1)], {
    dilations: [dilation],
    group: 1,
    kernel_shape: [kernel],
    pads: [pad, pad],
    strides: [1],
  });
  if (pad === 0) return y;
  return net.node('Slice', [y, net.integers(0), net.integers(-pad), net.integers(2), net.integers(1)]);
}

/** WaveNet (van den Oord et al. 2016): gates by tanh times sigmoid, halved by Split; residual and skip paths. */
export function wavenet(): Model {
  const net = new ExportedNet({ opset: 13, inputs: { input: ['float32', ['batch', 1, 64]] } });
  let x = causal(net, 'input', [1, 32], 1);
  const skips: string[] = [];
  for (const [index, dilation] of [1, 2, 4, 8].entries()) {
    net.module(`layer${index}`, () => {
      const both = causal(net, x, [32, 64], dilation);
      const [signal = '', gate = ''] = net.nodes('Split', [both, net.integers(32, 32)], 2, { axis: 1 });
      const gated = net.node('Mul', [net.node('Tanh', [signal]), net.node('Sigmoid', [gate])]);
      skips.push(causal(net, gated, [32, 48], 1, 1));
      x = net.node('Add', [causal(net, gated, [32, 32], 1, 1), x]);
    });
  }
  const sum = skips.reduce((left, right) => net.node('Add', [left, right]));
  const hidden = net.node('Relu', [causal(net, net.node('Relu', [sum]), [48, 48], 1, 1)]);
  return net.build({ output: causal(net, hidden, [48, 16], 1, 1) });
}
