import { afterAll, describe, expect, it } from '@jest/globals';
import { float32Tensor, int64Tensor, memorySource, present, readModel } from '@onnx-compress/graph';
import { buildModel, ifModelBytes, randomFloats } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { Net } from './net.js';
import { exactly, pruned } from './pruning-context.js';

afterAll(closeHost);

/** Why the first convolution of a net keeps its channels. */
async function reasonFor(build: (net: Net, value: string) => string, opset = 17): Promise<string> {
  const net = new Net(3, opset);
  const value = net.conv('x', 8);
  const model = net.build(build(net, value));
  const { result } = await pruned(model, exactly(0.5));
  const label = present(present(model.graph.value(value), value).producer, value).label;
  return present(result.skipped.find(({ node }) => node === label)?.reason, `a reason for ${label}`);
}

const axis = (value: number) => ({ axis: { int: value } });

/** Channels as the last axis. */
const last = (net: Net, value: string) => net.op('Transpose', [value], 6, { perm: { ints: [0, 2, 3, 1] } });

describe('channels stay, with a reason, where', () => {
  it.each<[string, (net: Net, value: string) => string, RegExp]>([
    ['they are a graph output', (net, value) => net.unary('Relu', value), /graph output "Relu_/],
    [
      'Softmax runs over them',
      (net, value) => net.conv(net.op('Softmax', [value], 8, axis(1)), 4),
      /Softmax "Softmax_/,
    ],
    ['they are averaged', (net, value) => net.op('ReduceMean', [value], 1, { axes: { ints: [1] } }), /ReduceMean/],
    ['their largest is taken', (net, value) => net.op('ReduceMax', [value], 1, { axes: { ints: [1] } }), /ReduceMax/],
    ['they are searched', (net, value) => net.op('ArgMax', [value], 1, axis(1)), /ArgMax/],
    [
      'they are sorted',
      (net, value) => net.conv(net.ops('TopK', [value, net.integers([8])], [8, 8], axis(1))[0] ?? '', 4),
      /TopK/,
    ],
    ['LRN mixes neighbours', (net, value) => net.conv(net.op('LRN', [value], 8, { size: { int: 3 } }), 4), /LRN/],
    [
      'the axis is padded with its own positions',
      (net, value) => {
        const pads = net.integers([0, 1, 0, 0, 0, 1, 0, 0]);
        return net.conv(net.op('Pad', [value, pads], 10, { mode: { string: 'reflect' } }), 4);
      },
      /Pad "Pad_\d+" pads the axis/,
    ],
    [
      'the axis is cut',
      (net, value) => net.conv(net.op('Pad', [value, net.integers([0, -1, 0, 0, 0, 0, 0, 0])], 7), 4),
      /Pad "Pad_\d+" changes the length of the axis/,
    ],
    [
      'they count blocks of which inner channels go',
      (net, value) => {
        const blocks = net.op('Reshape', [net.conv('x', 96), net.integers([0, 8, 12, 36])], 8);
        const scaled = net.op('Mul', [blocks, net.op('Reshape', [value, net.integers([0, 8, 1, 36])], 8)], 8);
        return net.conv(net.op('Reshape', [scaled, net.integers([0, 96, 6, 6])], 96), 4);
      },
      /counts heads or blocks, which stay; channels inside/,
    ],
    [
      'they are picked by computed indices',
      (net, value) => {
        const largest = net.op('ArgMax', [net.op('Flatten', ['x'], 108)], 1, { axis: { int: 1 } });
        const index = net.op('Mod', [net.op('Reshape', [largest, net.integers([-1])], 2), net.integers([8])], 2);
        return net.conv(net.op('Gather', [value, index], 2, axis(1)), 4);
      },
      /Gather "Gather_\d+" picks positions of the axis by computed indices/,
    ],
    [
      'they are put in an order',
      (net, value) => net.conv(net.op('Trilu', [last(net, value)], 6), 4),
      /Trilu "Trilu_\d+" depends on the order of the positions/,
    ],
    [
      'elements are picked by index',
      (net, value) => {
        const indices = net.constant(int64Tensor([2, 8, 6, 1], Array(96).fill(1)));
        return net.conv(net.op('GatherElements', [value, indices], 8, axis(3)), 4);
      },
      /GatherElements "GatherElements_\d+" picks elements by index/,
    ],
    [
      'the maxima of all channels are numbered',
      (net, value) => {
        const [pooled = '', indices = ''] = net.ops('MaxPool', [value], [8, 8], { kernel_shape: { ints: [2, 2] } });
        return net.conv(net.op('Add', [pooled, net.op('Cast', [indices], 8, { to: { int: 1 } })], 8), 4);
      },
      /MaxPool "MaxPool_\d+" numbers positions over all channels/,
    ],
    [
      'LayerNormalization runs over them',
      (net, value) => {
        const last = net.op('Transpose', [value], 8, { perm: { ints: [0, 2, 3, 1] } });
        const normal = net.op('LayerNormalization', [last, net.weight([8]), net.weight([8])], 8);
        return net.op('MatMul', [normal, net.weight([8, 4])], 4);
      },
      /statistics/,
    ],
    [
      'the number of all elements is computed with',
      (net, value) => {
        const count = net.op('Size', [value], 1);
        const scaled = net.op('Mul', [value, net.op('Cast', [count], 1, { to: { int: 1 } })], 8);
        return net.conv(scaled, 4);
      },
      /length of the axis is computed with by Size/,
    ],
  ])('%s', async (_, build, reason) => {
    expect(await reasonFor(build)).toMatch(reason);
  });

  it('DepthToSpace makes one channel of them', async () => {
    const net = new Net();
    const wide = net.op('DepthToSpace', [net.conv('x', 4)], 1, { blocksize: { int: 2 } });
    const { result } = await pruned(net.build(net.conv(wide, 4)), exactly(0.5));
    expect(result.skipped[0]?.reason).toMatch(/DepthToSpace "DepthToSpace_\d+" makes one channel of all of them/);
  });

  it('an operator has no rule', async () => {
    const model = buildModel({
      opsets: { 'com.microsoft': 1 },
      inputs: { x: ['float32', [2, 3]] },
      outputs: ['y'],
      weights: { w: randomFloats([3, 4], 1), v: randomFloats([4, 2], 2) },
      nodes: [
        { opType: 'MatMul', name: 'first', inputs: ['x', 'w'], outputs: ['a'] },
        { opType: 'Inverse', name: 'inner', inputs: ['a'], outputs: ['b'], domain: 'com.microsoft' },
        { opType: 'MatMul', name: 'second', inputs: ['b', 'v'], outputs: ['y'] },
      ],
    });
    const { result } = await pruned(model, exactly(0.5));
    expect(result.skipped[0]).toEqual({ node: 'first', reason: 'Inverse "inner" has no pruning rule' });
  });

  it('they are added to the graph input', async () => {
    const net = new Net(8);
    const sum = net.op('Add', [net.conv('x', 8), 'x'], 8);
    const { result } = await pruned(net.build(net.conv(sum, 4)), exactly(0.5));
    expect(result.changed).toEqual([]);
    expect(result.skipped[0]?.reason).toBe('tied to graph input "x"');
  });
});

describe('a model without anything to prune', () => {
  it('is left as it is, with the reasons', async () => {
    const model = await readModel(memorySource(ifModelBytes()));
    const { result } = await pruned(model, exactly(0.5));
    expect(result.changed).toEqual([]);
    expect(result.skipped.map(({ reason }) => reason)).toEqual(
      Array(2).fill('the channels are those of graph output "y"'),
    );
    expect(result.metrics).toMatchObject({ channelsBefore: 0, achievedRatio: 0, groups: 1 });
  });

  it('does not mistake a kernel for channels', async () => {
    const net = new Net();
    const one = net.constant(float32Tensor([1, 3, 1, 1], [1, 2, 3]));
    const { result } = await pruned(net.build(net.conv(net.op('Conv', ['x', one], 1), 4)), exactly(0.5));
    expect(result.skipped.map(({ reason }) => reason)).toContain('a single channel has nothing to remove');
  });
});
