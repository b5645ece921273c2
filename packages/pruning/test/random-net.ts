import { type Model, present } from '@onnx-compress/graph';
import { Net } from './net.js';

/** One random decision after another: numbers of which each picks among the choices at hand. */
class Choices {
  #next = 0;

  constructor(private readonly numbers: readonly number[]) {}

  get left(): number {
    return this.numbers.length - this.#next;
  }

  among<T>(options: readonly T[]): T {
    const number = this.numbers[this.#next++] ?? 0;
    return present(options[number % options.length], 'choice');
  }
}

type Step = (net: Net, value: string, choices: Choices, others: readonly string[]) => readonly string[];

const divisors = (channels: number) =>
  [...Array(channels).keys()].map((index) => index + 1).filter((d) => channels % d === 0);

/** Steps that take one activation and make others; all keep [2, channels, 6, 6]. */
const STEPS: readonly Step[] = [
  (net, value, choices) => [net.conv(value, choices.among([4, 6, 8, 12]), { kernel: choices.among([1, 3]) })],
  (net, value, choices) => {
    const groups = choices.among(divisors(net.channels(value)));
    return [net.conv(value, groups * choices.among([1, 2]), { groups, kernel: choices.among([1, 3]) })];
  },
  (net, value, choices) => {
    const groups = choices.among(divisors(net.channels(value)));
    return [net.convTranspose(value, groups * choices.among([1, 2, 3]), groups)];
  },
  (net, value) => [net.batchNorm(value)],
  (net, value, choices) => [net.unary(choices.among(['Relu', 'Sigmoid', 'Tanh', 'Identity']), value)],
  (net, value, choices) => {
    const channels = net.channels(value);
    const constant = net.weight(choices.among([[channels, 1, 1], [1, channels, 6, 6], [1], [6]]));
    return [net.op(choices.among(['Add', 'Mul', 'Sub', 'Max']), [value, constant], channels)];
  },
  (net, value, choices, others) => {
    const alike = others.filter((other) => net.channels(other) === net.channels(value));
    return [net.op(choices.among(['Add', 'Mul']), [value, choices.among([value, ...alike])], net.channels(value))];
  },
  (net, value, choices, others) => {
    const other = choices.among([value, ...others]);
    const channels = net.channels(value) + net.channels(other);
    return [channels > 40 ? value : net.op('Concat', [value, other], channels, { axis: { int: 1 } })];
  },
  (net, value, choices) => {
    const channels = net.channels(value);
    if (channels < 4) return [value];
    const first = choices.among([2, channels - 2, channels / 2].filter(Number.isInteger));
    return net.ops('Split', [value, net.integers([first, channels - first])], [first, channels - first], {
      axis: { int: 1 },
    });
  },
  (net, value, choices) => {
    const channels = net.channels(value);
    if (channels < 4) return [value];
    const start = choices.among([0, 1, 2]);
    const end = choices.among([channels, channels - 1]);
    const bounds = [net.integers([start]), net.integers([choices.among([end, end - channels || channels])])];
    return [value, net.op('Slice', [value, ...bounds, net.integers([1])], end - start)];
  },
  (net, value, choices) => [net.shuffle(value, choices.among(divisors(net.channels(value))))],
  (net, value, choices) => {
    const channels = net.channels(value);
    const gate = net.conv(net.op('GlobalAveragePool', [value], channels), channels);
    return [net.op(choices.among(['Mul', 'Add']), [value, net.unary('Sigmoid', gate)], channels)];
  },
  (net, value, choices) => {
    const [channels, wide] = [net.channels(value), choices.among([5, 8])];
    const last = net.op('Transpose', [value], channels, { perm: { ints: [0, 2, 3, 1] } });
    const hidden = net.op('MatMul', [last, net.weight([channels, wide])], wide);
    return [net.op('Transpose', [hidden], wide, { perm: { ints: [0, 3, 1, 2] } })];
  },
  (net, value) => {
    const channels = net.channels(value);
    const flat = net.op('Flatten', [value], channels * 36);
    const back = net.integers([0, channels, 6, 6]);
    return [net.op('Reshape', [flat, back], channels)];
  },
  (net, value) => [net.op('Softmax', [value], net.channels(value), { axis: { int: 1 } })],
];

/** A net of random operators; every activation that nothing reads is read by a convolution into the output. */
export function randomNet(numbers: readonly number[]): Model {
  const choices = new Choices(numbers);
  const net = new Net(3, 17, choices.among([2, 'N']));
  const values = [net.conv('x', choices.among([6, 8, 12]))];
  while (choices.left > 0) {
    const value = choices.among(values.slice(-3));
    values.push(...choices.among(STEPS)(net, value, choices, values));
  }
  const heads = values.slice(-3).map((value) => net.conv(value, 4));
  const [first = '', ...more] = heads;
  return net.build(more.reduce((sum, head) => net.op('Add', [sum, head], 4), first));
}
