import type { Model } from '@onnx-compress/graph';
import { ExportedNet, images } from './exported-net.js';
import { conv } from './layers/convolution.js';
import { lengthOf, reshapeTo } from './layers/linear.js';

/** Pixel shuffle as operator set 9 exporters write it: Reshape, Transpose, Reshape with computed lengths. */
function pixelShuffle(net: ExportedNet, x: string, channels: number): string {
  const [batch = '', height = '', width = ''] = [0, 2, 3].map((axis) => lengthOf(net, x, axis));
  const apart = reshapeTo(net, x, [batch, channels, 2, 2, height, width]);
  const swapped = net.node('Transpose', [apart], { perm: [0, 1, 4, 2, 5, 3] });
  const double = (length: string) => net.node('Mul', [length, net.index(2)]);
  return reshapeTo(net, swapped, [batch, channels, double(height), double(width)]);
}

/** EDSR (Lim et al. 2017): residual blocks without normalization, PixelShuffle in both its exported forms, PRelu. */
export function superResolution(): Model {
  const net = new ExportedNet({ opset: 13, inputs: images(8) });
  const head = conv(net, 'input', [3, 32], { kernel: 3 });
  let x = head;
  for (const index of [0, 1, 2]) {
    x = net.module(`body.${index}`, () => {
      const inner = net.node('Relu', [conv(net, x, [32, 32], { kernel: 3 })]);
      const scaled = net.node('Mul', [conv(net, inner, [32, 32], { kernel: 3 }), net.scalar(0.1)]);
      return net.node('Add', [scaled, x]);
    });
  }
  const wide = conv(net, net.node('Add', [x, head]), [32, 64], { kernel: 3 });
  const first = net.node('DepthToSpace', [wide], { blocksize: 2, mode: 'CRD' });
  const active = net.node('PRelu', [first, net.weight([16, 1, 1], 0.2)]);
  const second = pixelShuffle(net, conv(net, active, [16, 64], { kernel: 3 }), 16);
  return net.build({ output: conv(net, second, [16, 3], { kernel: 3 }) });
}
