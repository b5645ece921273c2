import { float32Tensor, int64Tensor, type Model } from '@onnx-compress/graph';
import { ExportedNet, images } from './exported-net.js';
import { conv, convNormRelu, maxPool, upConv } from './layers/convolution.js';
import { lengthOf } from './layers/linear.js';

const double = (net: ExportedNet, x: string, from: number, to: number): string =>
  convNormRelu(net, convNormRelu(net, x, [from, to], { kernel: 3 }), [to, to], { kernel: 3 });

/** What brings the deeper map to the size of the skipped one, its channels halved. */
type Up = (net: ExportedNet, x: string, skip: string, channels: number) => string;

/** `F.pad(x, [dw // 2, dw - dw // 2, dh // 2, dh - dh // 2])`, computed from the shapes while the model runs. */
function padTo(net: ExportedNet, x: string, skip: string): string {
  const [height, width] = [2, 3].map((axis) => net.node('Sub', [lengthOf(net, skip, axis), lengthOf(net, x, axis)]));
  const sides = [width ?? '', height ?? ''].flatMap((missing) => {
    const before = net.node('Div', [missing, net.index(2)]);
    return [before, net.node('Sub', [missing, before])];
  });
  const parts = sides.map((side) => net.node('Unsqueeze', [side, net.integers(0)]));
  const zeros = net.node('ConstantOfShape', [net.integers(4)], { value: { tensor: int64Tensor([1], [0]) } });
  const all = net.node('Concat', [net.node('Concat', parts, { axis: 0 }), zeros], { axis: 0 });
  const pairs = net.node('Reshape', [all, net.integers(-1, 2)]);
  const bounds = [net.integers(-1), net.integers(-(2 ** 63)), net.integers(0), net.integers(-1)];
  const reversed = net.node('Transpose', [net.node('Slice', [pairs, ...bounds])], { perm: [1, 0] });
  return net.node('Pad', [x, net.node('Reshape', [reversed, net.integers(-1)]), net.scalar(0)]);
}

const byTransposedConv: Up = (net, x, skip, channels) => padTo(net, upConv(net, x, [channels, channels / 2]), skip);

/** Resize to the size of the skipped map, whose length is read while the model runs, then a convolution. */
const byResize: Up = (net, x, skip, channels) => {
  const size = net.node('Slice', [net.node('Shape', [skip]), net.integers(2), net.integers(4), net.integers(0)]);
  const own = net.node('Slice', [net.node('Shape', [x]), net.integers(0), net.integers(2), net.integers(0)]);
  const sizes = net.node('Concat', [own, size], { axis: 0 });
  const empty = net.tensor('empty', float32Tensor([0], []));
  const large = net.node('Resize', [x, '', empty, sizes], {
    coordinate_transformation_mode: 'half_pixel',
    mode: 'linear',
  });
  return conv(net, large, [channels, channels / 2]);
};

function unet(up: Up): Model {
  const net = new ExportedNet({ opset: 13, inputs: images(20) });
  const skips: string[] = [];
  const widths = [16, 32, 64, 96];
  let [x, from] = ['input', 3];
  for (const [index, width] of widths.entries()) {
    x = net.module(`down${index}`, () => double(net, index === 0 ? x : maxPool(net, x, 2), from, width));
    from = width;
    skips.unshift(x);
  }
  for (const [index, skip] of skips.slice(1).entries()) {
    const width = widths.at(-2 - index) ?? 0;
    x = net.module(`up${index}`, () => {
      const joined = net.node('Concat', [skip, up(net, x, skip, from)], { axis: 1 });
      return double(net, joined, width + from / 2, width);
    });
    from = width;
  }
  return net.build({ output: net.node('Sigmoid', [conv(net, x, [16, 2])]) });
}

/** U-Net (Ronneberger et al. 2015) with transposed convolutions, padded to the size of the skipped maps. */
export const unetByTransposedConv = (): Model => unet(byTransposedConv);

/** U-Net with bilinear Resize to the size of the skipped maps. */
export const unetByResize = (): Model => unet(byResize);
