import { afterAll, describe, expect, it } from '@jest/globals';
import { float32Tensor, int64Tensor, type Model, memoryTensor } from '@onnx-compress/graph';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { Net } from './net.js';
import { oracleError } from './oracle.js';
import { exactly, pruned, randomFeeds } from './pruning-context.js';

afterAll(closeHost);

/** Prunes 40 % of every layer and compares with the masked original at both optimization levels. */
async function check(original: Model): Promise<readonly string[]> {
  const { model, result } = await pruned(original, exactly(0.4));
  expect(model.validate()).toEqual([]);
  expect(result.changed).not.toEqual([]);
  expect(await oracleError(original, original, result.changed, randomFeeds(original))).toBeGreaterThan(1e-3);
  for (const level of ['disabled', 'all'] as const) {
    expect(await oracleError(original, model, result.changed, randomFeeds(original), level)).toBeLessThanOrEqual(1e-4);
  }
  return result.changed.map(({ tensor, axis, removed }) => `${tensor}.${axis} ${JSON.stringify(removed)}`);
}

const scalars = (...values: number[]) => float32Tensor([values.length], values);

/** One net per rule: a convolution, the rule's operator on its channels, and what reads them. */
const NETS: Readonly<Record<string, (net: Net) => string>> = {
  'Conv chain': (net) => net.classifier(net.conv(net.unary('Relu', net.conv('x', 10, { kernel: 3 })), 6)),
  'depthwise Conv': (net) => net.conv(net.conv(net.conv('x', 10), 10, { groups: 10, kernel: 3 }), 4),
  'depthwise Conv with multiplier': (net) => net.conv(net.conv(net.conv('x', 10), 20, { groups: 10, kernel: 3 }), 4),
  'grouped Conv with few groups': (net) => net.conv(net.conv(net.conv('x', 12), 18, { groups: 2 }), 4),
  'grouped Conv with many groups': (net) => net.conv(net.conv(net.conv('x', 12), 18, { groups: 6 }), 4),
  ConvTranspose: (net) => net.conv(net.convTranspose(net.conv('x', 10), 8), 4),
  'ConvTranspose with few groups': (net) => net.conv(net.convTranspose(net.conv('x', 12), 8, 2), 4),
  'ConvTranspose with many groups': (net) => net.conv(net.convTranspose(net.conv('x', 12), 12, 6), 4),
  'depthwise ConvTranspose': (net) => net.conv(net.convTranspose(net.conv('x', 10), 10, 10), 4),
  BatchNormalization: (net) => net.conv(net.unary('Relu', net.batchNorm(net.conv('x', 10))), 4),
  InstanceNormalization: (net) => {
    const value = net.conv('x', 10);
    return net.conv(net.op('InstanceNormalization', [value, net.weight([10]), net.weight([10])], 10), 4);
  },
  'residual Add': (net) => {
    const [first, second] = [net.conv('x', 10), net.conv('x', 10, { kernel: 3 })];
    return net.conv(net.op('Add', [first, second], 10), 4);
  },
  'constants on the channel axis': (net) => {
    const scaled = net.op('Mul', [net.conv('x', 10), net.weight([10, 1, 1])], 10);
    const shifted = net.op('Sub', [scaled, net.weight([1, 10, 1, 1])], 10);
    return net.conv(net.op('Max', [shifted, net.constant(scalars(0.1)), net.weight([10, 6, 6])], 10), 4);
  },
  'a vector that unrelated layers share': (net) => {
    const shared = net.weight([10]);
    const first = net.op('Conv', ['x', net.weight([10, 3, 1, 1]), shared], 10);
    const second = net.op('Conv', [first, net.weight([10, 10, 1, 1]), net.op('Identity', [shared], 10)], 10);
    return net.op('Conv', [second, net.weight([10, 10, 1, 1]), shared], 10);
  },
  'quantized weights and activations': (net) => {
    const [scale, zero] = [
      net.constant(float32Tensor([], [0.05])),
      net.constant(memoryTensor('int8', [], new Uint8Array(1))),
    ];
    const bytes = Int8Array.from({ length: 24 }, (_, index) => ((index * 37) % 100) - 50);
    const stored = net.constant(memoryTensor('int8', [8, 3, 1, 1], new Uint8Array(bytes.buffer)));
    const weight = net.op('DequantizeLinear', [stored, scale, zero], 8);
    const value = net.op('Conv', ['x', weight], 8);
    const quantized = net.op('QuantizeLinear', [value, scale, zero], 8);
    return net.conv(net.op('DequantizeLinear', [quantized, scale, zero], 8), 4);
  },
  'a constant of two layers': (net) => {
    const shared = net.weight([10, 1, 1]);
    const first = net.op('Mul', [net.conv('x', 10), shared], 10);
    return net.conv(net.op('Add', [net.conv(first, 10), shared], 10), 4);
  },
  PRelu: (net) => net.conv(net.op('PRelu', [net.conv('x', 10), net.weight([10, 1, 1])], 10), 4),
  'Where and comparisons': (net) => {
    const value = net.conv('x', 10);
    const positive = net.op('Greater', [value, net.weight([10, 1, 1])], 10);
    return net.conv(net.op('Where', [positive, value, net.weight([1, 10, 1, 1])], 10), 4);
  },
  Clip: (net) => {
    const [low, high] = [net.constant(float32Tensor([], [0])), net.constant(float32Tensor([], [6]))];
    return net.conv(net.op('Clip', [net.conv('x', 10), low, high], 10), 4);
  },
  Concat: (net) => {
    const parts = [net.conv('x', 6), net.conv('x', 10), 'x'];
    return net.conv(net.op('Concat', parts, 19, { axis: { int: 1 } }), 4);
  },
  'Split by sizes': (net) => {
    const [first = '', second = ''] = net.ops('Split', [net.conv('x', 10), net.integers([4, 6])], [4, 6], {
      axis: { int: 1 },
    });
    return net.op('Add', [net.conv(first, 4), net.conv(second, 4)], 4);
  },
  'equal Split': (net) => {
    const [first = '', second = ''] = net.ops('Split', [net.conv('x', 12)], [6, 6], { axis: { int: 1 } });
    return net.op('Add', [net.conv(first, 4), net.conv(second, 4)], 4);
  },
  'Slice from both ends': (net) => {
    const value = net.conv('x', 10);
    const range = (start: number, end: number) => [net.integers([start]), net.integers([end]), net.integers([1])];
    const first = net.op('Slice', [value, ...range(0, 4)], 4);
    const second = net.op('Slice', [value, ...range(-6, 2 ** 62)], 6);
    return net.op('Add', [net.conv(first, 4), net.conv(second, 4)], 4);
  },
  'Flatten of space and channels': (net) => {
    const flat = net.op('Flatten', [net.conv('x', 8)], 288);
    return net.op('Gemm', [flat, net.weight([288, 7])], 7);
  },
  'Reshape of space and channels': (net) => {
    const flat = net.op('Reshape', [net.conv('x', 8), net.integers([2, 288])], 288);
    return net.op('MatMul', [flat, net.weight([288, 7])], 7);
  },
  'weight behind a Reshape': (net) => {
    const flat = net.op('Reshape', [net.conv('x', 8), net.integers([0, -1])], 288);
    const weight = net.op('Reshape', [net.weight([8, 6, 6, 7]), net.integers([288, 7])], 7);
    return net.op('MatMul', [flat, weight], 7);
  },
  'channel shuffle': (net) => net.conv(net.shuffle(net.conv('x', 12), 2), 4),
  'Transpose and MatMul over channels': (net) => {
    const last = net.op('Transpose', [net.conv('x', 8)], 8, { perm: { ints: [0, 2, 3, 1] } });
    const hidden = net.op('Add', [net.op('MatMul', [last, net.weight([8, 12])], 12), net.weight([12])], 12);
    return net.op('MatMul', [net.unary('Relu', hidden), net.weight([12, 5])], 5);
  },
  'Gemm chain': (net) => {
    const pooled = net.op('Flatten', [net.op('GlobalMaxPool', [net.conv('x', 8)], 8)], 8);
    const hidden = net.op('Gemm', [pooled, net.weight([8, 12]), net.weight([1, 12])], 12);
    return net.op('Gemm', [net.unary('Tanh', hidden), net.weight([5, 12]), net.weight([5])], 5, { transB: { int: 1 } });
  },
  'Squeeze and Unsqueeze': (net) => {
    const pooled = net.op('ReduceMean', [net.conv('x', 8)], 8, { axes: { ints: [2, 3] } });
    const flat = net.op('Squeeze', [pooled, net.integers([2, 3])], 8);
    const wide = net.op('Unsqueeze', [flat, net.integers([2, -1])], 8);
    return net.conv(wide, 4);
  },
  'spatial Pad and pooling': (net) => {
    const padded = net.op('Pad', [net.conv('x', 8), net.integers([0, 0, 1, 1, 0, 0, 1, 1])], 8);
    return net.conv(net.op('MaxPool', [padded], 8, { kernel_shape: { ints: [3, 3] } }), 4);
  },
  'Resize by scales': (net) => {
    const scales = net.constant(scalars(1, 1, 2, 2));
    return net.conv(net.op('Resize', [net.conv('x', 8), '', scales], 8), 4);
  },
  'Resize by sizes': (net) => {
    const sizes = net.constant(int64Tensor([4], [2, 8, 9, 9]));
    return net.conv(net.op('Resize', [net.conv('x', 8), '', '', sizes], 8), 4);
  },
  'squeeze and excitation': (net) => {
    const value = net.conv('x', 12);
    const gate = net.conv(net.unary('Relu', net.conv(net.op('GlobalAveragePool', [value], 12), 6)), 12);
    return net.conv(net.op('Mul', [value, net.unary('Sigmoid', gate)], 12), 4);
  },
  'Softmax over space': (net) => net.conv(net.op('Softmax', [net.conv('x', 8)], 8, { axis: { int: 3 } }), 4),
  'Dropout, Identity and Cast': (net) => {
    const value = net.unary('Identity', net.unary('Dropout', net.conv('x', 8)));
    return net.conv(net.op('Cast', [value], 8, { to: { int: 1 } }), 4);
  },
  'Gather of a position in space': (net) => {
    const row = net.op('Gather', [net.conv('x', 8), net.integers([2])], 8, { axis: { int: 2 } });
    return net.conv(row, 4);
  },
  'Shape, Gather, Concat, Reshape': (net) => {
    const value = net.conv('x', 8);
    const shape = net.op('Shape', [value], 4);
    const batch = net.op('Gather', [shape, net.integers([0])], 1);
    const target = net.op('Concat', [batch, net.integers([8]), net.integers([-1])], 3, { axis: { int: 0 } });
    const flat = net.op('Reshape', [value, target], 8);
    return net.op('MatMul', [net.op('Transpose', [flat], 8, { perm: { ints: [0, 2, 1] } }), net.weight([8, 5])], 5);
  },
  'a channel count that the graph computes': (net) => {
    const value = net.conv('x', 12);
    const channels = net.op('Gather', [net.op('Shape', [value], 4), net.integers([1])], 1);
    const half = net.op('Div', [channels, net.integers([2])], 1);
    const [zero, one] = [net.integers([0]), net.integers([1])];
    const first = net.op('Slice', [value, zero, half, one], 6);
    const second = net.op('Slice', [value, half, channels, one], 6);
    return net.op('Add', [net.conv(first, 4), net.conv(second, 4)], 4);
  },
  'Expand of other axes': (net) => {
    const pooled = net.op('GlobalAveragePool', [net.conv('x', 8)], 8);
    return net.conv(net.op('Expand', [pooled, net.integers([2, 8, 6, 6])], 8), 4);
  },
  'Tile of other axes': (net) => net.conv(net.op('Tile', [net.conv('x', 8), net.integers([1, 1, 2, 1])], 8), 4),
};

/** As `NETS`, with operands that the graph computes because the batch size is not known before running. */
const COMPUTED_OPERANDS: Readonly<Record<string, (net: Net) => string>> = {
  'Pad by what one value lacks of another, in the order of another framework': (net) => {
    const [whole, value] = [net.conv('x', 8), net.op('MaxPool', [net.conv('x', 8)], 8, { kernel_shape: ints(3, 3) })];
    const [height, width] = [2, 3].map((axis) =>
      net.op('Sub', [length(net, whole, axis), length(net, value, axis)], 1),
    );
    const spatial = list(net, [net.integers([0]), width ?? '', net.integers([0]), height ?? '']);
    const count = net.op('Sub', [net.integers([8]), net.op('Shape', [spatial], 1)], 1);
    const zeros = net.op('ConstantOfShape', [count], 4, { value: { tensor: int64Tensor([1], [0]) } });
    const pairs = net.op('Reshape', [list(net, [spatial, zeros]), net.integers([-1, 2])], 4);
    const bounds = [[-1], [-(2 ** 62)], [0], [-1]].map((values) => net.integers(values));
    const reversed = net.op('Transpose', [net.op('Slice', [pairs, ...bounds], 4)], 2, { perm: ints(1, 0) });
    const padded = net.op('Pad', [value, net.op('Reshape', [reversed, net.integers([-1])], 8)], 8);
    return net.conv(net.op('Concat', [whole, padded], 16, { axis: { int: 1 } }), 4);
  },
  'Resize to the size of another value': (net) => {
    const value = net.conv('x', 8);
    const pooled = net.op('MaxPool', [value], 8, { kernel_shape: ints(2, 2), strides: ints(2, 2) });
    const [head, tail] = [pooled, 'x'].map((source) => net.op('Shape', [source], 4));
    const [zero, two, four] = [0, 2, 4].map((bound) => net.integers([bound]));
    const parts = [net.op('Slice', [head ?? '', zero ?? '', two ?? ''], 2)];
    const sizes = list(net, [...parts, net.op('Slice', [tail ?? '', two ?? '', four ?? ''], 2)]);
    return net.conv(net.op('Add', [net.op('Resize', [pooled, '', '', sizes], 8), value], 8), 4);
  },
  'Expand to the shape of another value': (net) => {
    const value = net.conv('x', 8);
    const pooled = net.op('GlobalAveragePool', [value], 8);
    const flat = net.op('Reshape', [pooled, list(net, [length(net, value, 0), length(net, value, 1)])], 8);
    const gate = net.op('MatMul', [flat, net.weight([8, 8])], 8);
    const one = net.integers([1]);
    const wide = net.op('Reshape', [gate, list(net, [length(net, value, 0), length(net, value, 1), one, one])], 8);
    const expanded = net.op('Expand', [wide, net.op('Shape', [value], 4)], 8);
    return net.conv(net.op('Mul', [value, expanded], 8), 4);
  },
  'Expand by a shape in which -1 leaves an axis as it is': (net) => {
    const value = net.conv('x', 8);
    const rest = net.integers([-1, -1, -1]);
    const wanted = list(net, [length(net, value, 0), rest]);
    const four = net.op('Shape', [wanted], 1);
    const ones = net.op('ConstantOfShape', [four], 4, { value: { tensor: int64Tensor([1], [1]) } });
    const negative = net.op('Mul', [ones, net.integers([-1])], 4);
    const shape = net.op('Where', [net.op('Equal', [wanted, negative], 4), ones, wanted], 4);
    const token = net.op('Expand', [net.weight([1, 8, 1, 1]), shape], 8);
    return net.conv(net.op('Add', [value, token], 8), 4);
  },
};

const ints = (...values: number[]) => ({ ints: values });
const list = (net: Net, parts: readonly string[]) => net.op('Concat', parts, parts.length, { axis: { int: 0 } });
const length = (net: Net, value: string, axis: number) =>
  net.op('Gather', [net.op('Shape', [value], 4), net.integers([axis])], 1);

describe('a rule keeps the pruned net equal to the masked original', () => {
  it.each(Object.entries(NETS))('%s', async (_, build) => {
    const net = new Net();
    await check(net.build(build(net)));
  });

  it.each(Object.entries(COMPUTED_OPERANDS))('%s', async (_, build) => {
    const net = new Net(3, 17, 'batch');
    const model = net.build(build(net));
    await check(model);
    const { result } = await pruned(model, exactly(0.4));
    expect(result.skipped.map(({ reason }) => reason)).toEqual([expect.stringMatching(/graph output/)]);
  });

  it('Split and Slice with attributes of old operator versions', async () => {
    const net = new Net(3, 9);
    const [first = '', second = ''] = net.ops('Split', [net.conv('x', 12)], [4, 8], {
      axis: { int: 1 },
      split: { ints: [4, 8] },
    });
    const bounds = { starts: { ints: [2] }, ends: { ints: [8] }, axes: { ints: [1] } };
    const tail = net.op('Slice', [second], 6, bounds);
    await check(net.build(net.op('Add', [net.conv(first, 4), net.conv(tail, 4)], 4)));
  });

  it('equal Split by number of outputs', async () => {
    const net = new Net(3, 18);
    const [first = '', second = ''] = net.ops('Split', [net.conv('x', 12)], [6, 6], {
      axis: { int: 1 },
      num_outputs: { int: 2 },
    });
    await check(net.build(net.op('Add', [net.conv(first, 4), net.conv(second, 4)], 4)));
  });

  it('in a file that lists its nodes backwards', async () => {
    const net = new Net();
    const parts = net.ops('Split', [net.conv('x', 12)], [6, 6], { axis: { int: 1 } });
    const model = net.build(net.conv(net.op('Concat', parts, 12, { axis: { int: 1 } }), 4));
    model.proto.graph?.node.reverse();
    await check(model.clone());
  });

  it('removes whole blocks of columns behind a Flatten', async () => {
    const net = new Net();
    const flat = net.op('Flatten', [net.conv('x', 5)], 180);
    const changes = await check(net.build(net.op('Gemm', [flat, net.weight([180, 3])], 3)));
    expect(changes).toHaveLength(3);
  });
});
