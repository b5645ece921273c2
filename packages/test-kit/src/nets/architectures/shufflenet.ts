import type { Model } from '@onnx-compress/graph';
import { ExportedNet, images } from './exported-net.js';
import { conv, convNorm, convNormRelu, depthwise, maxPool } from './layers/convolution.js';
import { lengthOf, linear, reshapeTo } from './layers/linear.js';
import { spatialMean } from './layers/normalization.js';

type Halves = (net: ExportedNet, x: string, channels: number) => readonly string[];
type Shuffle = (net: ExportedNet, x: string, channels: number) => string;

/** `x.chunk(2, 1)` of recent exporters. */
const bySplit: Halves = (net, x) => net.nodes('Split', [x], 2, { axis: 1 });

/** `x.chunk(2, 1)` of older exporters, the bounds computed from the shape while the model runs. */
const bySlice: Halves = (net, x) => {
  const length = net.node('Add', [lengthOf(net, x, 1), net.index(1)]);
  const half = net.node('Div', [length, net.index(2)]);
  const bound = (index: number) => net.node('Unsqueeze', [net.node('Mul', [half, net.index(index)]), net.integers(0)]);
  const [middle, end] = [bound(1), bound(2)];
  const axes = net.integers(1);
  return [net.node('Slice', [x, net.integers(0), middle, axes]), net.node('Slice', [x, middle, end, axes])];
};

/** `x.view(b, 2, c // 2, h, w).transpose(1, 2).reshape(b, -1, h, w)` with all lengths constant but the batch. */
const constantShuffle: Shuffle = (net, x, channels) => {
  const size = channels > 32 ? 4 : 8;
  const apart = net.node('Reshape', [x, net.integers(-1, 2, channels / 2, size, size)]);
  const swapped = net.node('Transpose', [apart], { perm: [0, 2, 1, 3, 4] });
  return net.node('Reshape', [swapped, net.integers(-1, channels, size, size)]);
};

/** The same with every length read from the shape while the model runs. */
const computedShuffle: Shuffle = (net, x) => {
  const [batch = '', channels = '', height = '', width = ''] = [0, 1, 2, 3].map((axis) => lengthOf(net, x, axis));
  const half = net.node('Div', [channels, net.index(2)]);
  const apart = reshapeTo(net, x, [batch, 2, half, height, width]);
  const swapped = net.node('Transpose', [apart], { perm: [0, 2, 1, 3, 4] });
  return reshapeTo(net, swapped, [batch, -1, height, width]);
};

/** Normalization folded into the convolutions: what the default export leaves. */
function branch(net: ExportedNet, x: string, from: number, to: number, stride: number): string {
  const first = net.node('Relu', [conv(net, x, [from, to])]);
  return net.node('Relu', [conv(net, depthwise(net, first, to, { kernel: 3, stride }), [to, to])]);
}

function unit(net: ExportedNet, x: string, channels: number, halves: Halves, shuffle: Shuffle): string {
  const [kept = '', worked = ''] = halves(net, x, channels);
  const done = branch(net, worked, channels / 2, channels / 2, 1);
  return shuffle(net, net.node('Concat', [kept, done], { axis: 1 }), channels);
}

function downUnit(net: ExportedNet, x: string, from: number, channels: number, shuffle: Shuffle): string {
  const filtered = net.module('branch1', () => depthwise(net, x, from, { kernel: 3, stride: 2 }));
  const left = net.module('branch1', () => convNormRelu(net, filtered, [from, channels / 2]));
  const right = net.module('branch2', () => branch(net, x, from, channels / 2, 2));
  return shuffle(net, net.node('Concat', [left, right], { axis: 1 }), channels);
}

function shufflenet(opset: number, halves: Halves, shuffle: Shuffle): Model {
  const net = new ExportedNet({ opset, inputs: images(64) });
  const stem = convNorm(net, 'input', [3, 24], { kernel: 3, stride: 2 });
  let x = maxPool(net, net.node('Relu', [stem]), 3, 2);
  for (const [stage, [from = 0, channels = 0]] of [[24, 32] as const, [32, 64] as const].entries()) {
    x = net.module(`stage${stage + 2}.0`, () => downUnit(net, x, from, channels, shuffle));
    for (const index of [1, 2, 3]) {
      x = net.module(`stage${stage + 2}.${index}`, () => unit(net, x, channels, halves, shuffle));
    }
  }
  const last = net.node('Relu', [conv(net, x, [64, 128])]);
  return net.build({ output: linear(net, spatialMean(net, last, false), [128, 10]) });
}

/** ShuffleNet v2 (Ma et al. 2018): halves by Split, shapes constant. */
export const shufflenetBySplit = (): Model => shufflenet(13, bySplit, constantShuffle);

/** ShuffleNet v2 with a dynamic batch as older exporters write it: halves by Slice, shapes computed. */
export const shufflenetBySlice = (): Model => shufflenet(13, bySlice, computedShuffle);
