import { afterAll, describe, expect, it } from '@jest/globals';
import { float32Tensor, int64Tensor, type Model, memoryTensor } from '@onnx-compress/graph';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { Net } from './net.js';
import { oracleError } from './oracle.js';
import { exactly, pruned, randomFeeds } from './pruning-context.js';

afterAll(closeHost);

/** Prunes a part of every layer and compares with the masked original at both optimization levels. */
async function check(original: Model, ratio = 0.4): Promise<Model> {
  const { model, result } = await pruned(original, exactly(ratio));
  expect(model.validate()).toEqual([]);
  expect(result.changed).not.toEqual([]);
  expect(await oracleError(original, original, result.changed, randomFeeds(original))).toBeGreaterThan(1e-3);
  for (const level of ['disabled', 'all'] as const) {
    expect(await oracleError(original, model, result.changed, randomFeeds(original), level)).toBeLessThanOrEqual(1e-4);
  }
  return model;
}

const ints = (...values: number[]) => ({ ints: values });
const int = (value: number) => ({ int: value });
const END = 2 ** 62;

/** Slice of one axis. */
function slice(net: Net, value: string, channels: number, bounds: readonly [number, number, number, number]): string {
  const [start, end, axis, step] = bounds.map((bound) => net.integers([bound]));
  return net.op('Slice', [value, start ?? '', end ?? '', axis ?? '', step ?? ''], channels);
}

/** Data movement on the channel axis of a convolution, and what reads it. */
const NETS: Readonly<Record<string, (net: Net) => string>> = {
  'Gather in another order, positions twice and not at all': (net) => {
    const indices = net.integers([7, 0, 0, 3, -1, -2, 5]);
    return net.conv(net.op('Gather', [net.conv('x', 10), indices], 7, { axis: int(1) }), 4);
  },
  'channel shuffle by Gather': (net) => {
    const indices = net.integers([0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11]);
    return net.conv(net.op('Gather', [net.conv('x', 12), indices], 12, { axis: int(1) }), 4);
  },
  'Gather of one channel, which stays': (net) => {
    const value = net.conv('x', 10);
    const one = net.op('Gather', [value, net.constant(int64Tensor([], [-1]))], 6, { axis: int(1) });
    const wide = net.op('Unsqueeze', [one, net.integers([1])], 1);
    return net.conv(net.op('Mul', [value, wide], 10), 4);
  },
  'DepthToSpace in order DCR': (net) =>
    net.conv(net.op('DepthToSpace', [net.conv('x', 24)], 6, { blocksize: int(2) }), 4),
  'DepthToSpace in order CRD': (net) =>
    net.conv(net.op('DepthToSpace', [net.conv('x', 24)], 6, { blocksize: int(2), mode: { string: 'CRD' } }), 4),
  SpaceToDepth: (net) => net.conv(net.op('SpaceToDepth', [net.conv('x', 5)], 20, { blocksize: int(2) }), 4),
  'pixel shuffle as exporters write it': (net) => {
    const apart = net.op('Reshape', [net.conv('x', 24), net.integers([2, 6, 2, 2, 6, 6])], 6);
    const moved = net.op('Transpose', [apart], 6, { perm: ints(0, 1, 4, 2, 5, 3) });
    return net.conv(net.op('Reshape', [moved, net.integers([2, 6, 12, 12])], 6), 4);
  },
  'Slice of every second channel': (net) => net.conv(slice(net, net.conv('x', 12), 6, [0, END, 1, 2]), 4),
  'Slice backwards': (net) => net.conv(slice(net, net.conv('x', 10), 10, [-1, -END, 1, -1]), 4),
  'Slice backwards in steps': (net) => net.conv(slice(net, net.conv('x', 11), 3, [9, 0, 1, -3]), 4),
  'Slice of several axes, one in steps': (net) => {
    const bounds = [
      [1, 0],
      [END, -1],
      [-3, 3],
      [2, 1],
    ].map((values) => net.integers(values));
    return net.conv(net.op('Slice', [net.conv('x', 12), ...bounds], 6), 4);
  },
  'patch merging': (net) => {
    const last = net.op('Transpose', [net.conv('x', 8)], 8, { perm: ints(0, 2, 3, 1) });
    const quarter = (row: number, column: number) =>
      slice(net, slice(net, last, 8, [row, END, 1, 2]), 8, [column, END, 2, 2]);
    const parts = [quarter(0, 0), quarter(1, 0), quarter(0, 1), quarter(1, 1)];
    return net.op('MatMul', [net.op('Concat', parts, 32, { axis: int(-1) }), net.weight([32, 6])], 6);
  },
  'cyclic shift of the channels': (net) => {
    const value = net.conv('x', 10);
    const parts = [slice(net, value, 7, [3, END, 1, 1]), slice(net, value, 3, [0, 3, 1, 1])];
    return net.conv(net.op('Concat', parts, 10, { axis: int(1) }), 4);
  },
  'halves that are rotated, as for positions in attention': (net) => {
    const last = net.op('Transpose', [net.conv('x', 12)], 12, { perm: ints(0, 2, 3, 1) });
    const turned = [net.op('Neg', [slice(net, last, 6, [6, END, 3, 1])], 6), slice(net, last, 6, [0, 6, 3, 1])];
    const rotated = net.op('Concat', turned, 12, { axis: int(-1) });
    const [cosine, sine] = [net.weight([6, 6, 12]), net.weight([6, 6, 12])];
    const sum = net.op('Add', [net.op('Mul', [last, cosine], 12), net.op('Mul', [rotated, sine], 12)], 12);
    return net.op('MatMul', [sum, net.weight([12, 5])], 5);
  },
  'Tile of the channels': (net) => net.conv(net.op('Tile', [net.conv('x', 5), net.integers([1, 3, 1, 1])], 15), 4),
  'Pad of the channels, as shortcuts without weights do': (net) => {
    const value = net.conv('x', 6);
    const padded = net.op('Pad', [value, net.integers([0, 2, 0, 0, 0, 4, 0, 0])], 12);
    return net.conv(net.unary('Relu', net.op('Add', [padded, net.conv(value, 12)], 12)), 4);
  },
  'Pad of the channels with a constant': (net) => {
    const amounts = [net.integers([1, 2]), net.constant(float32Tensor([], [0.7])), net.integers([1])];
    return net.conv(net.op('Pad', [net.conv('x', 6), ...amounts], 9), 4);
  },
  'Concat with constants': (net) => {
    const constant = net.weight([2, 5, 6, 6]);
    return net.conv(net.op('Concat', [constant, net.conv('x', 6)], 11, { axis: int(1) }), 4);
  },
  'a vector that is the kernel of two layers': (net) => {
    const shared = net.weight([8, 1, 1, 1]);
    const first = net.op('Conv', [net.conv('x', 8), shared], 8, { group: int(8) });
    const second = net.op('Conv', [net.conv(first, 8), shared], 8, { group: int(8) });
    return net.conv(second, 4);
  },
  'Squeeze of all axes of length 1': (net) => {
    const pooled = net.op('GlobalAveragePool', [net.conv('x', 8)], 8);
    return net.op('Gemm', [net.op('Squeeze', [pooled], 8), net.weight([8, 5])], 5);
  },
  'Expand to a constant number of channels': (net) => {
    const gate = net.op('Expand', [net.conv('x', 1), net.integers([2, 8, 6, 6])], 8);
    return net.conv(net.op('Mul', [net.conv('x', 8), gate], 8), 4);
  },
  'MaxPool and back by its indices': (net) => {
    const attributes = { kernel_shape: ints(2, 2), strides: ints(2, 2) };
    const [pooled = '', indices = ''] = net.ops('MaxPool', [net.conv('x', 8)], [8, 8], attributes);
    const deep = net.conv(net.conv(pooled, 6), 8);
    return net.conv(net.op('MaxUnpool', [deep, indices], 8, attributes), 4);
  },
  GridSample: (net) => {
    const grid = net.weight([2, 4, 5, 2]);
    return net.conv(net.op('GridSample', [net.conv('x', 8), grid], 8), 4);
  },
  RoiAlign: (net) => {
    const boxes = net.constant(float32Tensor([3, 4], [0, 0, 3, 3, 1, 1, 5, 5, 0, 2, 4, 5]));
    const places = [boxes, net.integers([0, 1, 1])];
    const attributes = { output_height: int(3), output_width: int(3) };
    return net.conv(net.op('RoiAlign', [net.conv('x', 8), ...places], 8, attributes), 4);
  },
  DeformConv: (net) => {
    const operands = [net.weight([10, 8, 3, 3]), net.weight([2, 18, 4, 4]), net.weight([10])];
    return net.conv(net.op('DeformConv', [net.conv('x', 8), ...operands], 10), 4);
  },
  CenterCropPad: (net) => {
    const shape = net.integers([4, 8]);
    return net.conv(net.op('CenterCropPad', [net.conv('x', 8), shape], 8, { axes: ints(2, 3) }), 4);
  },
  Col2Im: (net) => {
    const columns = net.op('Reshape', [net.conv('x', 24), net.integers([2, 24, 36])], 24);
    const image = net.op('Col2Im', [columns, net.integers([12, 12]), net.integers([2, 2])], 6, { strides: ints(2, 2) });
    return net.conv(image, 4);
  },
  'Resize by scales of some axes': (net) => {
    const scales = net.constant(float32Tensor([2], [2, 2]));
    return net.conv(net.op('Resize', [net.conv('x', 8), '', scales], 8, { axes: ints(2, 3) }), 4);
  },
  'Einsum with a weight': (net) => {
    const equation = { equation: { string: 'bchw,cd->bhwd' } };
    const hidden = net.op('Einsum', [net.conv('x', 8), net.weight([8, 12])], 12, equation);
    return net.op('Einsum', [hidden, net.weight([12, 5])], 5, { equation: { string: '...d,de' } });
  },
  'Einsum of heads': (net) => {
    const last = net.op('Transpose', [net.conv('x', 8)], 8, { perm: ints(0, 2, 3, 1) });
    const heads = net.op('Einsum', [last, net.weight([8, 3, 5])], 5, { equation: { string: 'bhwc,cnd->bhwnd' } });
    return net.op('Einsum', [heads, net.weight([3, 5, 4])], 4, { equation: { string: 'bhwnd,ndo->bhwo' } });
  },
  'Einsum of two computed values': (net) => {
    const [queries, keys] = [net.conv('x', 8), net.conv('x', 8)];
    const scores = net.op('Einsum', [queries, keys], 6, { equation: { string: 'bchw,bcxw->bwhx' } });
    return net.conv(net.op('Softmax', [scores], 6, { axis: int(3) }), 4);
  },
  'GatherND and ScatterND of places': (net) => {
    const last = net.op('Transpose', [net.conv('x', 8)], 8, { perm: ints(2, 3, 0, 1) });
    const places = net.constant(int64Tensor([3, 2], [0, 1, 5, 2, 3, 3]));
    const picked = net.op('GatherND', [last, places], 8);
    const elsewhere = net.constant(int64Tensor([3, 2], [4, 4, 0, 0, 2, 1]));
    const written = net.op('ScatterND', [last, elsewhere, picked], 8);
    return net.op('MatMul', [written, net.weight([8, 5])], 5);
  },
  'a scale that is computed from the number of channels and keeps its value': (net) => {
    const value = net.conv('x', 8);
    const count = net.op('Gather', [net.op('Shape', [value], 4), net.integers([1])], 1);
    return net.conv(net.op('Mul', [value, net.op('Cast', [count], 1, { to: int(1) })], 8), 4);
  },
  'Compress of rows': (net) => {
    const condition = net.constant(memoryTensor('bool', [6], Uint8Array.of(1, 0, 1, 1, 0, 1)));
    return net.conv(net.op('Compress', [net.conv('x', 8), condition], 8, { axis: int(2) }), 4);
  },
  'Einsum that sums over space': (net) => {
    const value = net.conv('x', 8);
    const scores = net.op('Einsum', [value, value], 8, { equation: { string: 'bchw,bchw->bc' } });
    return net.op('Gemm', [scores, net.weight([8, 5])], 5);
  },
  'PRelu with a slope for each channel and place': (net) =>
    net.conv(net.op('PRelu', [net.conv('x', 8), net.weight([8, 1, 6])], 8), 4),
  'ReverseSequence along space': (net) => {
    const lengths = net.integers([3, 5]);
    const attributes = { batch_axis: int(1), time_axis: int(0) };
    const value = net.op('Transpose', [net.conv('x', 8)], 8, { perm: ints(2, 0, 1, 3) });
    const reversed = net.op('ReverseSequence', [value, lengths], 8, attributes);
    return net.conv(net.op('Transpose', [reversed], 8, { perm: ints(1, 2, 0, 3) }), 4);
  },
  'Trilu and CumSum over space': (net) => {
    const lower = net.op('Trilu', [net.conv('x', 8)], 8, { upper: int(0) });
    return net.conv(net.op('CumSum', [lower, net.constant(int64Tensor([], [3]))], 8), 4);
  },
  'windows of space and back': (net) => {
    const value = net.conv('x', 8);
    const last = net.op('Transpose', [value], 8, { perm: ints(0, 2, 3, 1) });
    const apart = net.op('Reshape', [last, net.integers([0, 2, 3, 2, 3, 8])], 8);
    const windows = net.op('Transpose', [apart], 8, { perm: ints(0, 1, 3, 2, 4, 5) });
    const hidden = net.op(
      'MatMul',
      [net.op('Reshape', [windows, net.integers([-1, 9, 8])], 8), net.weight([8, 12])],
      12,
    );
    const back = net.op('Reshape', [net.unary('Relu', hidden), net.integers([2, 2, 2, 3, 3, -1])], 12);
    const joined = net.op('Transpose', [back], 12, { perm: ints(0, 1, 3, 2, 4, 5) });
    return net.op('MatMul', [net.op('Reshape', [joined, net.integers([-1, 6, 6, 12])], 12), net.weight([12, 5])], 5);
  },
  'a table of embeddings': (net) => {
    const picked = net.op('ArgMax', ['x'], 3, { axis: int(3), keepdims: int(0) });
    const embedded = net.op('Gather', [net.weight([6, 10]), picked], 10);
    return net.op('MatMul', [embedded, net.weight([10, 5])], 5);
  },
  'a table of embeddings that also computes the scores': (net) => {
    const picked = net.op('ArgMax', ['x'], 3, { axis: int(3), keepdims: int(0) });
    const table = net.weight([6, 10]);
    const hidden = net.op('MatMul', [net.op('Gather', [table, picked], 10), net.weight([10, 10])], 10);
    const columns = net.op('Transpose', [table], 6, { perm: ints(1, 0) });
    return net.op('MatMul', [net.op('Add', [hidden, net.op('Gather', [table, picked], 10)], 10), columns], 6);
  },
};

describe('data movement follows removed channels', () => {
  it.each(Object.entries(NETS))('%s', async (_, build) => {
    const net = new Net(3, 19);
    await check(net.build(build(net)));
  });

  it('Squeeze of all axes of length 1 in old versions', async () => {
    const net = new Net(3, 11);
    const pooled = net.op('GlobalAveragePool', [net.conv('x', 8)], 8);
    const model = await check(net.build(net.op('Gemm', [net.op('Squeeze', [pooled], 8), net.weight([8, 5])], 5)), 0.95);
    expect([...model.nodes()].find(({ opType }) => opType === 'Squeeze')?.ints('axes')).toEqual([2, 3]);
  });

  it('puts a Gather in the place of a Slice only where no regular steps are left', async () => {
    const net = new Net(3, 18);
    const model = net.build(net.conv(slice(net, net.conv('x', 12), 6, [0, END, 1, 2]), 4));
    const types = (changed: Model) => Array.from(changed.nodes(), ({ opType }) => opType);
    expect(types(await check(model))).toContain('Gather');
    const turned = new Net(3, 18);
    const reversed = turned.build(turned.conv(slice(turned, turned.conv('x', 10), 10, [-1, -END, 1, -1]), 4));
    expect(types(await check(reversed))).not.toContain('Gather');
  });
});
