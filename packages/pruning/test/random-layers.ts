import { float32Tensor, memoryTensor } from '@onnx-compress/graph';
import type { Net } from './net.js';
import { divisors, MOST_CHANNELS, type Step } from './random-choices.js';

const axis = (value: number) => ({ axis: { int: value } });

const convolution: Step = (net, value, choices) => [
  net.conv(value, choices.among([4, 6, 8, 12]), { kernel: choices.among([1, 3]) }),
];

const groupedConvolution: Step = (net, value, choices) => {
  const groups = choices.among(divisors(net.channels(value)));
  return [net.conv(value, groups * choices.among([1, 2]), { groups, kernel: choices.among([1, 3]) })];
};

const transposedConvolution: Step = (net, value, choices) => {
  const groups = choices.among(divisors(net.channels(value)));
  return [net.convTranspose(value, groups * choices.among([1, 2, 3]), groups)];
};

/** One weight for two layers: both read `value`, or one the output of the other. */
const sharedWeight: Step = (net, value, choices) => {
  const channels = net.channels(value);
  const weight = net.weight([channels, channels, 1, 1]);
  const first = net.op('Conv', [value, weight], channels);
  const source = choices.among([value, first, net.unary('Relu', first)]);
  return [first, net.op('Conv', [source, choices.among([weight, net.op('Identity', [weight], channels)])], channels)];
};

/** A weight of 8-bit integers, scaled back for each output channel. */
const quantizedWeight: Step = (net, value, choices) => {
  const [from, to] = [net.channels(value), choices.among([6, 8])];
  const bytes = Int8Array.from({ length: to * from }, (_, index) => ((index * 37) % 61) - 30);
  const stored = net.constant(memoryTensor('int8', [to, from, 1, 1], new Uint8Array(bytes.buffer)));
  const scale = net.constant(float32Tensor([to], Array(to).fill(0.02)));
  const zero = net.constant(memoryTensor('int8', [to], new Uint8Array(to)));
  const weight = net.op('DequantizeLinear', [stored, scale, zero], to, axis(0));
  return [net.op('Conv', [quantized(net, value), weight, net.weight([to])], to)];
};

/** An activation through 8 bits and back, with one scale for all channels. */
function quantized(net: Net, value: string): string {
  const parameters = [
    net.constant(float32Tensor([], [1 / 32])),
    net.constant(memoryTensor('int8', [], Uint8Array.of(0))),
  ];
  const bytes = net.op('QuantizeLinear', [value, ...parameters], net.channels(value));
  return net.op('DequantizeLinear', [bytes, ...parameters], net.channels(value));
}

const batchNormalization: Step = (net, value) => [net.batchNorm(value)];

const instanceNormalization: Step = (net, value) => {
  const channels = net.channels(value);
  return [net.op('InstanceNormalization', [value, net.weight([channels]), net.weight([channels])], channels)];
};

/** Group normalization in the form of exporters before operator set 18. */
const groupNormalization: Step = (net, value, choices) => {
  const channels = net.channels(value);
  const groups = choices.among(divisors(channels));
  const apart = net.op('Reshape', [value, net.integers([0, groups, -1])], groups);
  const ones = net.constant(float32Tensor([groups], Array(groups).fill(1)));
  const zeros = net.constant(float32Tensor([groups], Array(groups).fill(0)));
  const normal = net.op('InstanceNormalization', [apart, ones, zeros], groups);
  const back = net.op('Reshape', [normal, net.op('Shape', [value], 4)], channels);
  const scaled = net.op('Mul', [back, net.weight([channels, 1, 1])], channels);
  return [net.op('Add', [scaled, net.weight([channels, 1, 1])], channels)];
};

const activation: Step = (net, value, choices) => [
  net.unary(choices.among(['Relu', 'Sigmoid', 'Tanh', 'Identity', 'HardSwish', 'LeakyRelu', 'Softplus', 'Abs']), value),
];

const slopes: Step = (net, value, choices) => {
  const channels = net.channels(value);
  return [net.op('PRelu', [value, net.weight(choices.among([[channels, 1, 1], [1]]))], channels)];
};

const constantOperand: Step = (net, value, choices) => {
  const channels = net.channels(value);
  const constant = net.weight(choices.among([[channels, 1, 1], [1, channels, 6, 6], [1], [6]]));
  return [net.op(choices.among(['Add', 'Mul', 'Sub', 'Max']), [value, constant], channels)];
};

const residual: Step = (net, value, choices, others) => {
  const alike = others.filter((other) => net.channels(other) === net.channels(value));
  const other = choices.among([value, ...alike]);
  return [net.op(choices.among(['Add', 'Mul', 'Sub', 'Max']), [value, other], net.channels(value))];
};

const concatenation: Step = (net, value, choices, others) => {
  const other = choices.among([value, ...others]);
  const channels = net.channels(value) + net.channels(other);
  return [channels > MOST_CHANNELS ? value : net.op('Concat', [value, other], channels, axis(1))];
};

/** Two layers, each of which reads everything before it. */
const denseBlock: Step = (net, value) => {
  const channels = net.channels(value);
  if (channels + 8 > MOST_CHANNELS) return [value];
  const first = net.conv(value, 4);
  const both = net.op('Concat', [value, first], channels + 4, axis(1));
  const second = net.conv(net.unary('Relu', both), 4, { kernel: 3 });
  return [net.op('Concat', [value, first, second], channels + 8, axis(1))];
};

const squeezeExcite: Step = (net, value, choices) => {
  const channels = net.channels(value);
  const pooled = net.op('GlobalAveragePool', [value], channels);
  const gate = net.conv(net.unary('Relu', net.conv(pooled, choices.among([2, 4]))), channels);
  return [net.op(choices.among(['Mul', 'Add']), [value, net.unary('Sigmoid', gate)], channels)];
};

/** All channels summed up to one, which scales them. */
const channelSum: Step = (net, value, choices) => {
  const channels = net.channels(value);
  const sum = net.op('ReduceSum', [value, net.integers([choices.among([1, -3])])], 1);
  return [net.op(choices.among(['Mul', 'Add']), [value, net.unary('Tanh', sum)], channels)];
};

const softmax: Step = (net, value) => [net.op('Softmax', [value], net.channels(value), axis(1))];

const choice: Step = (net, value, choices, others) => {
  const channels = net.channels(value);
  const alike = others.filter((other) => net.channels(other) === channels);
  const flags = Uint8Array.from({ length: channels }, (_, index) => (index % 3 === 0 ? 1 : 0));
  const condition = net.constant(memoryTensor('bool', [channels, 1, 1], flags));
  return [net.op('Where', [condition, value, choices.among([value, ...alike])], channels)];
};

const einsum: Step = (net, value, choices) => {
  const [channels, wide] = [net.channels(value), choices.among([5, 8])];
  return [net.op('Einsum', [value, net.weight([wide, channels])], wide, { equation: { string: 'nchw,dc->ndhw' } })];
};

/** Layers and elementwise operators. */
export const LAYERS: readonly Step[] = [
  ...[convolution, groupedConvolution, transposedConvolution, sharedWeight, quantizedWeight, batchNormalization],
  ...[instanceNormalization, groupNormalization, activation, slopes, constantOperand, residual, concatenation],
  ...[denseBlock, squeezeExcite, channelSum, softmax, choice, einsum],
];
