import { float32Tensor, type Model } from '@onnx-compress/graph';
import { ExportedNet, images } from './exported-net.js';
import { silu } from './layers/activation.js';
import { type Channels, type ConvOptions, conv, convNormRelu, maxPool } from './layers/convolution.js';
import { lengthOf, reshapeTo } from './layers/linear.js';

const CLASSES = 4;
const ANCHORS = 3;
const OUTPUTS = CLASSES + 5;

const convSilu = (net: ExportedNet, x: string, channels: Channels, options: ConvOptions = {}): string =>
  silu(net, conv(net, x, channels, options));

const concat = (net: ExportedNet, values: readonly string[]): string => net.node('Concat', values, { axis: 1 });

/** Cross stage partial block with three convolutions. */
function c3(net: ExportedNet, x: string, [from, to]: Channels, shortcut: boolean): string {
  const half = to / 2;
  const main = convSilu(net, x, [from, half]);
  const inner = convSilu(net, convSilu(net, main, [half, half]), [half, half], { kernel: 3 });
  const worked = shortcut ? net.node('Add', [main, inner]) : inner;
  return convSilu(net, concat(net, [worked, convSilu(net, x, [from, half])]), [to, to]);
}

/** Spatial pyramid pooling: the same pool three times in a row, all results kept. */
function pyramid(net: ExportedNet, x: string, channels: number): string {
  const narrow = convSilu(net, x, [channels, channels / 2]);
  const first = maxPool(net, narrow, 5, 1);
  const second = maxPool(net, first, 5, 1);
  return convSilu(net, concat(net, [narrow, first, second, maxPool(net, second, 5, 1)]), [2 * channels, channels]);
}

/** The focus layer of early versions: four strided slices of the image, one beside the other. */
function focus(net: ExportedNet, x: string): string {
  const every = (value: string, start: number, axis: number) =>
    net.node('Slice', [value, net.integers(start), net.integers(2 ** 31), net.integers(axis), net.integers(2)]);
  const starts: Channels[] = [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ];
  return concat(
    net,
    starts.map(([top, left]) => every(every(x, top, 2), left, 3)),
  );
}

/** Boxes of one map: reshaped by anchor, squashed, split, put on the grid. */
function boxes(net: ExportedNet, x: string, channels: number, size: number, stride: number): string {
  const raw = conv(net, x, [channels, ANCHORS * OUTPUTS]);
  const [batch, height, width] = [0, 2, 3].map((axis) => lengthOf(net, raw, axis));
  const apart = reshapeTo(net, raw, [batch ?? '', ANCHORS, OUTPUTS, height ?? '', width ?? '']);
  const last = net.node('Sigmoid', [net.node('Transpose', [apart], { perm: [0, 1, 3, 4, 2] })]);
  const [centre = '', extent = '', scores = ''] = net.nodes('Split', [last, net.integers(2, 2, CLASSES + 1)], 3, {
    axis: -1,
  });
  const grid = net.constant(float32Tensor([1, 1, size, size, 2], grids(size)));
  const moved = net.node('Add', [net.node('Mul', [centre, net.scalar(2)]), grid]);
  const placed = net.node('Mul', [moved, net.scalar(stride)]);
  const doubled = net.node('Pow', [net.node('Mul', [extent, net.scalar(2)]), net.scalar(2)]);
  const anchors = net.constant(float32Tensor([1, ANCHORS, 1, 1, 2], [10, 13, 16, 30, 33, 23]));
  const joined = net.node('Concat', [placed, net.node('Mul', [doubled, anchors]), scores], { axis: -1 });
  return reshapeTo(net, joined, [batch ?? '', -1, OUTPUTS]);
}

/** Left and top of each cell, less a half. */
function grids(size: number): number[] {
  const cells = [...Array(size * size).keys()];
  return cells.flatMap((cell) => [(cell % size) - 0.5, Math.floor(cell / size) - 0.5]);
}

const upsample = (net: ExportedNet, x: string): string => {
  const scales = net.tensor('scales', float32Tensor([4], [1, 1, 2, 2]));
  return net.node('Resize', [x, '', scales], {
    coordinate_transformation_mode: 'asymmetric',
    mode: 'nearest',
    nearest_mode: 'floor',
  });
};

/** A detector after YOLOv5: focus, C3 blocks, pyramid pooling, a path down and up, anchored boxes of two maps. */
export function yolo(): Model {
  const net = new ExportedNet({ opset: 13, inputs: images(64) });
  const stem = convSilu(net, focus(net, 'input'), [12, 16], { kernel: 3 });
  const fine = net.module('model.2', () =>
    c3(net, convSilu(net, stem, [16, 32], { kernel: 3, stride: 2 }), [32, 32], true),
  );
  const middle = net.module('model.4', () =>
    c3(net, convSilu(net, fine, [32, 64], { kernel: 3, stride: 2 }), [64, 64], true),
  );
  const coarse = net.module('model.8', () =>
    pyramid(net, convSilu(net, middle, [64, 96], { kernel: 3, stride: 2 }), 96),
  );
  const narrow = net.module('model.10', () => convSilu(net, coarse, [96, 64]));
  const up = net.module('model.13', () => c3(net, concat(net, [upsample(net, narrow), middle]), [128, 64], false));
  const down = net.module('model.14', () => convSilu(net, up, [64, 64], { kernel: 3, stride: 2 }));
  const low = net.module('model.17', () => c3(net, concat(net, [down, narrow]), [128, 96], false));
  const found = net.module('model.24', () => [boxes(net, up, 64, 8, 8), boxes(net, low, 96, 4, 16)]);
  return net.build({ output: net.node('Concat', found, { axis: 1 }) });
}

/** Transpose to channels last, then Reshape: one row for each box. */
function rows(net: ExportedNet, x: string, values: number): string {
  const last = net.node('Transpose', [x], { perm: [0, 2, 3, 1] });
  return reshapeTo(net, last, [lengthOf(net, last, 0), -1, values]);
}

/** Boxes and class probabilities of several maps, one after the other: the heads of SSD (Liu et al. 2016). */
export function ssd(): Model {
  const net = new ExportedNet({ opset: 11, inputs: images(32) });
  let x = convNormRelu(net, 'input', [3, 16], { kernel: 3, stride: 2 });
  const maps = [
    [16, 32],
    [32, 48],
    [48, 64],
  ] as const;
  const [locations, scores]: [string[], string[]] = [[], []];
  for (const [index, [from, to]] of maps.entries()) {
    net.module(`map${index}`, () => {
      x = convNormRelu(net, convNormRelu(net, x, [from, from / 2]), [from / 2, to], { kernel: 3, stride: 2 });
      locations.push(rows(net, conv(net, x, [to, 4 * ANCHORS], { kernel: 3 }), 4));
      scores.push(rows(net, conv(net, x, [to, CLASSES * ANCHORS], { kernel: 3 }), CLASSES));
    });
  }
  const all = net.node('Softmax', [net.node('Concat', scores, { axis: 1 })], { axis: 2 });
  return net.build({ scores: all, boxes: net.node('Concat', locations, { axis: 1 }) });
}
