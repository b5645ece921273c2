import { float32Tensor, int64Tensor, type Model } from '@onnx-compress/graph';
import { ExportedNet, images } from './exported-net.js';
import { gelu } from './layers/activation.js';
import { conv } from './layers/convolution.js';
import { linear, matMul, reshapeTo } from './layers/linear.js';
import { batchOf, layerNorm } from './layers/normalization.js';

/** Height and width of a window, and tokens in it. */
const WINDOW = 4;
const TOKENS = WINDOW * WINDOW;

interface Stage {
  readonly channels: number;
  readonly heads: number;
  /** Height and width of the map. */
  readonly size: number;
}

/** `torch.roll` on one axis: two Slices, put together the other way round. */
function roll(net: ExportedNet, x: string, axis: number, shift: number): string {
  const part = (start: number, end: number) =>
    net.node('Slice', [x, net.integers(start), net.integers(end), net.integers(axis)]);
  return net.node('Concat', [part(-shift, 2 ** 63), part(0, -shift)], { axis });
}

const rollBoth = (net: ExportedNet, x: string, shift: number): string => roll(net, roll(net, x, 1, shift), 2, shift);

/** For each pair of tokens in a window the row of the bias table: their distance in rows and columns. */
function distances(): number[] {
  const cells = [...Array(TOKENS).keys()].map((cell) => [Math.floor(cell / WINDOW), cell % WINDOW] as const);
  const span = 2 * WINDOW - 1;
  return cells.flatMap(([top, left]) =>
    cells.map(([row, column]) => (top - row + WINDOW - 1) * span + left - column + WINDOW - 1),
  );
}

function positionBias(net: ExportedNet, heads: number): string {
  const table = net.weight([(2 * WINDOW - 1) ** 2, heads], 0.5);
  const picked = net.node('Gather', [table, net.constant(int64Tensor([TOKENS * TOKENS], distances()))], { axis: 0 });
  const square = net.node('Reshape', [picked, net.integers(TOKENS, TOKENS, -1)]);
  return net.node('Unsqueeze', [net.node('Transpose', [square], { perm: [2, 0, 1] }), net.integers(0)]);
}

/** Forbids attention between tokens that only the roll has brought into one window: [windows, 1, tokens, tokens]. */
function shiftMask(windows: number): Float32Array {
  const side = Math.sqrt(windows);
  const regionOf = (window: number, token: number) => {
    const lower = Math.floor(window / side) === side - 1 && Math.floor(token / WINDOW) >= WINDOW / 2 ? 2 : 0;
    return lower + (window % side === side - 1 && token % WINDOW >= WINDOW / 2 ? 1 : 0);
  };
  return Float32Array.from({ length: windows * TOKENS * TOKENS }, (_, index) => {
    const [window, pair] = [Math.floor(index / TOKENS ** 2), index % TOKENS ** 2];
    return regionOf(window, Math.floor(pair / TOKENS)) === regionOf(window, pair % TOKENS) ? 0 : -100;
  });
}

/** Adds the mask of each window: the batch axis is split into images and windows, and merged again. */
function masked(net: ExportedNet, scores: string, { heads, size }: Stage): string {
  const windows = (size / WINDOW) ** 2;
  const images = net.node('Div', [batchOf(net, scores), net.index(windows)]);
  const apart = reshapeTo(net, scores, [images, windows, heads, TOKENS, TOKENS]);
  const mask = net.constant(float32Tensor([1, windows, 1, TOKENS, TOKENS], shiftMask(windows)));
  return reshapeTo(net, net.node('Add', [apart, mask]), [-1, heads, TOKENS, TOKENS]);
}

/** Attention within each window of [windows, tokens, channels]. */
function windowAttention(net: ExportedNet, x: string, stage: Stage, shifted: boolean): string {
  const { channels, heads } = stage;
  const batch = batchOf(net, x);
  const all = reshapeTo(net, matMul(net, x, [channels, 3 * channels]), [batch, TOKENS, 3, heads, channels / heads]);
  const stacked = net.node('Transpose', [all], { perm: [2, 0, 3, 1, 4] });
  const [query = '', key = '', value = ''] = [0, 1, 2].map((index) =>
    net.node('Gather', [stacked, net.index(index)], { axis: 0 }),
  );
  const scaled = net.node('Mul', [query, net.scalar((channels / heads) ** -0.5)]);
  const scores = net.node('MatMul', [scaled, net.node('Transpose', [key], { perm: [0, 1, 3, 2] })]);
  const biased = net.node('Add', [scores, positionBias(net, heads)]);
  const weights = net.node('Softmax', [shifted ? masked(net, biased, stage) : biased], { axis: -1 });
  const mixed = net.node('Transpose', [net.node('MatMul', [weights, value])], { perm: [0, 2, 1, 3] });
  return matMul(net, reshapeTo(net, mixed, [batch, TOKENS, channels]), [channels, channels]);
}

/** [batch, size, size, channels] in windows, attention in each, and back. */
function inWindows(net: ExportedNet, x: string, stage: Stage, shifted: boolean): string {
  const { channels, size } = stage;
  const [batch, side] = [batchOf(net, x), size / WINDOW];
  const rolled = shifted ? rollBoth(net, x, -WINDOW / 2) : x;
  const cut = reshapeTo(net, rolled, [batch, side, WINDOW, side, WINDOW, channels]);
  const windows = net.node('Transpose', [cut], { perm: [0, 1, 3, 2, 4, 5] });
  const flat = net.node('Reshape', [windows, net.integers(-1, WINDOW, WINDOW, channels)]);
  const tokens = net.node('Reshape', [flat, net.integers(-1, TOKENS, channels)]);
  const attended = net.module('attn', () => windowAttention(net, tokens, stage, shifted));
  const apart = net.node('Reshape', [attended, net.integers(-1, side, side, WINDOW, WINDOW, channels)]);
  const rows = net.node('Transpose', [apart], { perm: [0, 1, 3, 2, 4, 5] });
  const whole = net.node('Reshape', [rows, net.integers(-1, size, size, channels)]);
  return shifted ? rollBoth(net, whole, WINDOW / 2) : whole;
}

function block(net: ExportedNet, x: string, stage: Stage, shifted: boolean): string {
  const { channels } = stage;
  const attended = net.node('Add', [x, inWindows(net, layerNorm(net, x, channels), stage, shifted)]);
  const hidden = gelu(net, matMul(net, layerNorm(net, attended, channels), [channels, 4 * channels]));
  return net.node('Add', [attended, matMul(net, hidden, [4 * channels, channels])]);
}

/** Four strided slices side by side, normalized, halved. */
function merge(net: ExportedNet, x: string, channels: number): string {
  const every = (value: string, start: number, axis: number) =>
    net.node('Slice', [value, net.integers(start), net.integers(2 ** 31), net.integers(axis), net.integers(2)]);
  const corners = [0, 1].flatMap((left) => [0, 1].map((top) => every(every(x, top, 1), left, 2)));
  const joined = net.node('Concat', corners, { axis: -1 });
  return matMul(net, layerNorm(net, joined, 4 * channels), [4 * channels, 2 * channels], false);
}

/** Swin transformer (Liu et al. 2021) as torchvision's is exported: two stages, every second block shifted. */
export function swin(opset: number): Model {
  const net = new ExportedNet({ opset, inputs: images(32) });
  const patches = conv(net, 'input', [3, 24], { kernel: 4, stride: 4, pad: 0 });
  let x = layerNorm(net, net.node('Transpose', [patches], { perm: [0, 2, 3, 1] }), 24);
  const stage = (name: string, shape: Stage) =>
    net.module(name, () => {
      for (const index of [0, 1]) x = net.module(`${index}`, () => block(net, x, shape, index === 1));
    });
  stage('features.1', { channels: 24, heads: 3, size: 8 });
  x = net.module('features.2', () => merge(net, x, 24));
  stage('features.3', { channels: 48, heads: 6, size: 4 });
  const last = net.node('Transpose', [layerNorm(net, x, 48)], { perm: [0, 3, 1, 2] });
  const pooled = net.node('Flatten', [net.node('GlobalAveragePool', [last])], { axis: 1 });
  return net.build({ output: linear(net, pooled, [48, 10]) });
}
