import type { Model } from '@onnx-compress/graph';
import { ExportedNet, images } from './exported-net.js';
import { convNormRelu, maxPool } from './layers/convolution.js';
import { linear, reshapeTo } from './layers/linear.js';
import { batchOf } from './layers/normalization.js';

/** VGG (Simonyan and Zisserman 2015) with BatchNormalization, flattened by `x.view(x.size(0), -1)`. */
export function vgg(): Model {
  const net = new ExportedNet({ opset: 11, inputs: images(32) });
  let x = 'input';
  const widths = [16, 16, 0, 32, 32, 0, 64, 64, 64, 0, 96, 96, 0];
  let from = 3;
  for (const [index, to] of widths.entries()) {
    x = net.module(`features.${index}`, () =>
      to === 0 ? maxPool(net, x, 2) : convNormRelu(net, x, [from, to], { kernel: 3 }),
    );
    from = to === 0 ? from : to;
  }
  const flat = reshapeTo(net, x, [batchOf(net, x), -1]);
  const hidden = net.node('Relu', [linear(net, flat, [96 * 4, 128])]);
  return net.build({ output: linear(net, net.node('Relu', [linear(net, hidden, [128, 128])]), [128, 10]) });
}
