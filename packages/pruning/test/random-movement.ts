import { float32Tensor, int64Tensor } from '@onnx-compress/graph';
import { divisors, MOST_CHANNELS, type Step } from './random-choices.js';

const axis = (value: number) => ({ axis: { int: value } });
const END = 2 ** 62;

const split: Step = (net, value, choices) => {
  const channels = net.channels(value);
  if (channels < 4) return [value];
  const first = choices.among([2, channels - 2, channels / 2].filter(Number.isInteger));
  return net.ops('Split', [value, net.integers([first, channels - first])], [first, channels - first], axis(1));
};

/**
 * Equal parts, their sizes left out. Always the same number for the same value: onnxruntime takes two such nodes for one,
 * whatever their numbers of outputs.
 */
const equalSplit: Step = (net, value) => {
  const parts = divisors(net.channels(value)).find((count) => count > 1 && count <= 4);
  if (parts === undefined) return [value];
  const outputs = net.ops('Split', [value], Array<number>(parts).fill(net.channels(value) / parts), axis(-3));
  return outputs.slice(0, 2);
};

const slice: Step = (net, value, choices) => {
  const channels = net.channels(value);
  if (channels < 4) return [value];
  const start = choices.among([0, 1, 2]);
  const end = choices.among([channels, channels - 1]);
  const bounds = [net.integers([start]), net.integers([choices.among([end, end - channels || channels])])];
  return [value, net.op('Slice', [value, ...bounds, net.integers([1])], end - start)];
};

const steppedSlice: Step = (net, value, choices) => {
  const channels = net.channels(value);
  const step = choices.among([2, 3, -1, -2]);
  const [start, end] = step > 0 ? [choices.among([0, 1]), END] : [-1, -END];
  const count = Math.ceil((step > 0 ? channels - start : channels) / Math.abs(step));
  if (count < 1) return [value];
  const bounds = [start, end, 1, step].map((bound) => net.integers([bound]));
  return [net.op('Slice', [value, ...bounds], count)];
};

const shuffle: Step = (net, value, choices) => [net.shuffle(value, choices.among(divisors(net.channels(value))))];

/** Channels in another order, some of them left out or taken twice. */
const pick: Step = (net, value, choices) => {
  const channels = net.channels(value);
  const stride = choices.among([1, 3, 5, 7]);
  const indices = Array.from(
    { length: channels + choices.among([0, -1, 1]) },
    (_, index) => (index * stride) % channels,
  );
  return indices.length === 0 ? [value] : [net.op('Gather', [value, net.integers(indices)], indices.length, axis(1))];
};

/** One channel, which scales all of them. */
const pickOne: Step = (net, value, choices) => {
  const index = net.constant(int64Tensor([], [choices.among([0, -1])]));
  const one = net.op('Unsqueeze', [net.op('Gather', [value, index], 6, axis(1)), net.integers([1])], 1);
  return [net.op('Mul', [value, one], net.channels(value))];
};

const pad: Step = (net, value, choices) => {
  const [before, after] = [choices.among([0, 1, 2]), choices.among([0, 2])];
  const channels = net.channels(value) + before + after;
  return [net.op('Pad', [value, net.integers([0, before, 0, 0, 0, after, 0, 0])], channels)];
};

const tile: Step = (net, value, choices) => {
  const times = choices.among([1, 2, 3]);
  const channels = net.channels(value) * times;
  return [channels > MOST_CHANNELS ? value : net.op('Tile', [value, net.integers([1, times, 1, 1])], channels)];
};

const flattened: Step = (net, value) => {
  const channels = net.channels(value);
  const flat = net.op('Flatten', [value], channels * 36);
  return [net.op('Reshape', [flat, net.integers([0, channels, 6, 6])], channels)];
};

const unsqueezed: Step = (net, value, choices) => {
  const [channels, at] = [net.channels(value), choices.among([1, 2, -1])];
  const wide = net.op('Unsqueeze', [value, net.integers([at])], channels);
  return [net.op('Squeeze', [net.unary('Neg', wide), net.integers([at])], channels)];
};

/** Flattened to a length that is computed while the model runs, and back. */
const computedShape: Step = (net, value) => {
  const channels = net.channels(value);
  const shape = net.op('Shape', [value], 4);
  const length = (index: number) => net.op('Gather', [shape, net.integers([index])], 1, axis(0));
  const joined = net.op('Concat', [length(0), net.op('Mul', [length(1), net.integers([36])], 1)], 2, axis(0));
  const flat = net.op('Reshape', [value, joined], channels * 36);
  return [net.op('Reshape', [flat, shape], channels)];
};

/** Four channels become two by two pixels, and pixels channels. */
const pixels: Step = (net, value, choices) => {
  const [channels, wide] = [net.channels(value), choices.among([1, 2, 3])];
  if (channels > MOST_CHANNELS / 4) return [value];
  const deep = net.op('SpaceToDepth', [value], channels * 4, { blocksize: { int: 2 } });
  const mode = { string: choices.among(['DCR', 'CRD']) };
  return [net.op('DepthToSpace', [net.conv(deep, wide * 4)], wide, { blocksize: { int: 2 }, mode })];
};

const resized: Step = (net, value) => {
  const channels = net.channels(value);
  const scales = net.constant(float32Tensor([4], [1, 1, 2, 2]));
  const large = net.op('Resize', [value, '', scales], channels, { mode: { string: 'nearest' } });
  return [net.op('MaxPool', [large], channels, { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } })];
};

const channelsLast: Step = (net, value, choices) => {
  const [channels, wide] = [net.channels(value), choices.among([5, 8])];
  const last = net.op('Transpose', [value], channels, { perm: { ints: [0, 2, 3, 1] } });
  const hidden = net.op('MatMul', [last, net.weight([channels, wide])], wide);
  const biased = net.op('Add', [hidden, net.weight([wide])], wide);
  return [net.op('Transpose', [biased], wide, { perm: { ints: [0, 3, 1, 2] } })];
};

/** A constant spread over the picture by Expand, then added. */
const expanded: Step = (net, value) => {
  const channels = net.channels(value);
  const spread = net.op('Expand', [net.weight([channels, 1, 1]), net.integers([1, channels, 6, 6])], channels);
  return [net.op('Add', [value, spread], channels)];
};

/** Operators that move, drop and repeat channels. */
export const MOVEMENTS: readonly Step[] = [
  ...[split, equalSplit, slice, steppedSlice, shuffle, pick, pickOne, pad, tile, flattened, unsqueezed],
  ...[computedShape, pixels, resized, channelsLast, expanded],
];
