import { float32Tensor } from '@onnx-compress/graph';
import type { Net } from './net.js';
import type { Choices, Step } from './random-choices.js';

/** Takes [2, 36, width] and gives another of this form. */
type SequenceStep = (net: Net, value: string, choices: Choices) => string;

const order = (...perm: readonly number[]) => ({ perm: { ints: perm } });

function linear(net: Net, value: string, wide: number): string {
  const product = net.op('MatMul', [value, net.weight([net.channels(value), wide], 0.3)], wide);
  return net.op('Add', [product, net.weight([wide])], wide);
}

/** [2, 36, heads * size] as [2, heads, 36, size]. */
function apart(net: Net, value: string, heads: number, size: number): string {
  const split = net.op('Reshape', [value, net.integers([0, 36, heads, size])], size);
  return net.op('Transpose', [split], size, order(0, 2, 1, 3));
}

/** softmax(Q K' / sqrt(size)) V for [2, heads, 36, size], and back to [2, 36, heads * size]. */
function attend(net: Net, [query = '', key = '', value = '']: readonly string[], heads: number, size: number): string {
  const turned = net.op('Transpose', [key], 36, order(0, 1, 3, 2));
  const scale = net.constant(float32Tensor([], [Math.sqrt(size)]));
  const scores = net.op('Div', [net.op('MatMul', [query, turned], 36), scale], 36);
  const mixed = net.op('MatMul', [net.op('Softmax', [scores], 36, { axis: { int: -1 } }), value], size);
  const back = net.op('Transpose', [mixed], size, order(0, 2, 1, 3));
  return net.op('Reshape', [back, net.integers([0, 36, heads * size])], heads * size);
}

/** Attention with a product for each of query, key and value, or one for all three, cut by Split. */
const attention: SequenceStep = (net, value, choices) => {
  const [heads, size] = [choices.among([1, 2, 3]), choices.among([2, 4])];
  const wide = heads * size;
  const parts = choices.among([true, false])
    ? net.ops('Split', [linear(net, value, 3 * wide)], [wide, wide, wide], { axis: { int: 2 } })
    : [0, 1, 2].map(() => linear(net, value, wide));
  const mixed = attend(
    net,
    parts.map((part) => apart(net, part, heads, size)),
    heads,
    size,
  );
  const projected = linear(net, mixed, net.channels(value));
  return choices.among([true, false]) ? net.op('Add', [projected, value], net.channels(value)) : projected;
};

/** One product for all three, reshaped to [2, 36, 3, heads, size] and picked apart by Gather. */
const packedAttention: SequenceStep = (net, value, choices) => {
  const [heads, size] = [choices.among([2, 3]), choices.among([2, 4])];
  const all = linear(net, value, 3 * heads * size);
  const five = net.op('Reshape', [all, net.integers([0, 36, 3, heads, size])], size);
  const front = net.op('Transpose', [five], size, order(2, 0, 3, 1, 4));
  const parts = [0, 1, 2].map((index) => {
    const one = net.op('Gather', [front, net.integers([index])], size, { axis: { int: 0 } });
    return net.op('Squeeze', [one, net.integers([0])], size);
  });
  return linear(net, attend(net, parts, heads, size), net.channels(value));
};

const layerNormalization: SequenceStep = (net, value) => {
  const channels = net.channels(value);
  return net.op('LayerNormalization', [value, net.weight([channels]), net.weight([channels])], channels);
};

const perceptron: SequenceStep = (net, value, choices) => {
  const hidden = net.unary(choices.among(['Relu', 'Sigmoid']), linear(net, value, choices.among([6, 10])));
  return net.op('Add', [linear(net, hidden, net.channels(value)), value], net.channels(value));
};

/** A linear layer on rows, as Gemm. */
const rows: SequenceStep = (net, value, choices) => {
  const [channels, wide] = [net.channels(value), choices.among([4, 6])];
  const flat = net.op('Reshape', [value, net.integers([-1, channels])], channels);
  const product = net.op('Gemm', [flat, net.weight([wide, channels]), net.weight([wide])], wide, {
    transB: { int: 1 },
  });
  return net.op('Reshape', [product, net.integers([-1, 36, wide])], wide);
};

const GATES = { LSTM: 4, GRU: 3, RNN: 1 } as const;

/** A recurrent layer over the positions, in one or both directions. */
const recurrent: SequenceStep = (net, value, choices) => {
  const opType = choices.among(['LSTM', 'GRU', 'RNN'] as const);
  const direction = choices.among(['forward', 'reverse', 'bidirectional']);
  const [channels, units, directions] = [
    net.channels(value),
    choices.among([3, 4]),
    direction === 'bidirectional' ? 2 : 1,
  ];
  const steps = net.op('Transpose', [value], channels, order(1, 0, 2));
  const rowsOf = GATES[opType] * units;
  const weights = [[rowsOf, channels], [rowsOf, units], [2 * rowsOf]].map((dims) =>
    net.weight([directions, ...dims], 0.3),
  );
  const attributes = { hidden_size: { int: units }, direction: { string: direction } };
  const y = net.op(opType, [steps, ...weights], units, attributes);
  const wide = directions * units;
  const joined = net.op(
    'Reshape',
    [net.op('Transpose', [y], units, order(2, 0, 1, 3)), net.integers([0, 36, wide])],
    wide,
  );
  return joined;
};

/** Every position but the first few, then those again. */
const rolled: SequenceStep = (net, value, choices) => {
  const channels = net.channels(value);
  const cut = choices.among([1, 5]);
  const part = (start: number, end: number) =>
    net.op('Slice', [value, net.integers([start]), net.integers([end]), net.integers([1])], channels);
  return net.op('Concat', [part(cut, 2 ** 62), part(0, cut)], channels, { axis: { int: 1 } });
};

const STEPS: readonly SequenceStep[] = [
  ...[attention, packedAttention, layerNormalization, perceptron, rows, recurrent, rolled],
];

/** Pixels as a sequence, up to three layers on it, and back to a picture. */
export const sequence: Step = (net, value, choices) => {
  const channels = net.channels(value);
  const flat = net.op('Reshape', [value, net.integers([0, channels, 36])], channels);
  let current = net.op('Transpose', [flat], channels, order(0, 2, 1));
  for (let count = choices.among([1, 2, 3]); count > 0; count--) current = choices.among(STEPS)(net, current, choices);
  const wide = net.channels(current);
  const turned = net.op('Transpose', [current], wide, order(0, 2, 1));
  return [net.op('Reshape', [turned, net.integers([0, wide, 6, 6])], wide)];
};
