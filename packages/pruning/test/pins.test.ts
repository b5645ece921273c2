import { afterAll, describe, expect, it } from '@jest/globals';
import { float32Tensor, memorySource, present, readModel } from '@onnx-compress/graph';
import { ifModelBytes } from '@onnx-compress/test-kit';
import { Net } from './net.js';
import { closeHost, exactly, pruned } from './pruning-context.js';

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

describe('channels stay, with a reason, where', () => {
  it.each<[string, (net: Net, value: string) => string, RegExp]>([
    ['they are a graph output', (net, value) => net.unary('Relu', value), /graph output "Relu_/],
    [
      'Softmax runs over them',
      (net, value) => net.conv(net.op('Softmax', [value], 8, axis(1)), 4),
      /Softmax "Softmax_/,
    ],
    ['they are averaged', (net, value) => net.op('ReduceMean', [value], 1, { axes: { ints: [1] } }), /ReduceMean/],
    ['they are summed', (net, value) => net.op('ReduceSum', [value, net.integers([1])], 1), /ReduceSum/],
    ['they are searched', (net, value) => net.op('ArgMax', [value], 1, axis(1)), /ArgMax/],
    [
      'they are sorted',
      (net, value) => net.conv(net.ops('TopK', [value, net.integers([8])], [8, 8], axis(1))[0] ?? '', 4),
      /TopK/,
    ],
    [
      'DepthToSpace moves them',
      (net, value) => net.conv(net.op('DepthToSpace', [value], 2, { blocksize: { int: 2 } }), 4),
      /DepthToSpace/,
    ],
    ['LRN mixes neighbours', (net, value) => net.conv(net.op('LRN', [value], 8, { size: { int: 3 } }), 4), /LRN/],
    [
      'the axis is padded',
      (net, value) => net.conv(net.op('Pad', [value, net.integers([0, 1, 0, 0, 0, 1, 0, 0])], 10), 4),
      /Pad/,
    ],
    [
      'every second one is taken',
      (net, value) => {
        const bounds = [0, 8, 1, 2].map((bound) => net.integers([bound]));
        return net.conv(net.op('Slice', [value, ...bounds], 4), 4);
      },
      /every n-th/,
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
      'two computed values are multiplied along them',
      (net, value) => {
        const rows = net.op('Transpose', [value], 8, { perm: { ints: [0, 2, 3, 1] } });
        const columns = net.op('Transpose', [value], 8, { perm: { ints: [0, 2, 1, 3] } });
        return net.op('MatMul', [rows, columns], 6);
      },
      /two computed values/,
    ],
    [
      'a recurrent layer reads them',
      (net, value) => {
        const pooled = net.op('ReduceMean', [value], 8, { axes: { ints: [3] }, keepdims: { int: 0 } });
        const sequence = net.op('Transpose', [pooled], 8, { perm: { ints: [2, 0, 1] } });
        return net.op('LSTM', [sequence, net.weight([1, 16, 8]), net.weight([1, 16, 4])], 4, {
          hidden_size: { int: 4 },
        });
      },
      /LSTM/,
    ],
    [
      'their number is computed with',
      (net, value) => {
        const count = net.op('Gather', [net.op('Shape', [value], 4), net.integers([1])], 1);
        const scaled = net.op('Mul', [value, net.op('Cast', [count], 1, { to: { int: 1 } })], 8);
        return net.conv(scaled, 4);
      },
      /length of the axis is computed with/,
    ],
    [
      'an operator has no rule',
      (net, value) => net.conv(net.op('Einsum', [value], 8, { equation: { string: 'nchw->nchw' } }), 4),
      /Einsum "Einsum_\d+" has no pruning rule/,
    ],
  ])('%s', async (_, build, reason) => {
    expect(await reasonFor(build)).toMatch(reason);
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
    expect(result.skipped.map(({ reason }) => reason)).toEqual(Array(2).fill('inside a subgraph of "choose"'));
    expect(result.metrics).toMatchObject({ channelsBefore: 0, achievedRatio: 0, groups: 0 });
  });

  it('does not mistake a kernel for channels', async () => {
    const net = new Net();
    const one = net.constant(float32Tensor([1, 3, 1, 1], [1, 2, 3]));
    const { result } = await pruned(net.build(net.conv(net.op('Conv', ['x', one], 1), 4)), exactly(0.5));
    expect(result.skipped.map(({ reason }) => reason)).toContain('a single channel has nothing to remove');
  });
});
