import { afterAll, describe, expect, it } from '@jest/globals';
import { seededRandom } from '@onnx-compress/core';
import { float32Tensor, type Model, type Node, present, readFloats } from '@onnx-compress/graph';
import { relativeError, runModel } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import fc from 'fast-check';
import { zeroChannels } from '../src/criteria/zero-channels.js';
import { Net } from './net.js';
import { randomFeeds, testContext } from './pruning-context.js';
import { randomNet } from './random-net.js';

const ALL = { include: [], skip: [] };

/** Sets positions along the first axis of a node's operand to zero. */
async function erase(node: Node, input: number, channels: readonly number[]): Promise<void> {
  const weight = node.input(input)?.weight;
  if (weight === undefined) return;
  const { dims } = weight.tensor;
  const values = Float32Array.from(await readFloats(weight.tensor));
  const inner = values.length / (dims[0] ?? 1);
  for (const channel of channels) values.fill(0, channel * inner, (channel + 1) * inner);
  weight.replace(float32Tensor(dims, values));
}

const nodeOf = (model: Model, opType: string, index = 0) =>
  present(model.graph.nodes.filter((node) => node.opType === opType)[index], opType);

async function cleaned(original: Model) {
  const model = original.clone();
  const result = await zeroChannels.create({}, ALL).run(model, testContext());
  return { model, result };
}

async function expectSameOutputs(original: Model, model: Model): Promise<void> {
  const feeds = randomFeeds(original);
  for (const level of ['disabled', 'all'] as const) {
    const [before, after] = [await runModel(original, feeds, level), await runModel(model, feeds, level)];
    for (const [name, tensor] of before) {
      const [reference, actual] = [await readFloats(tensor), await readFloats(present(after.get(name), name))];
      expect(relativeError(reference, actual)).toBeLessThanOrEqual(1e-5);
    }
  }
}

const removedOf = (result: Awaited<ReturnType<typeof cleaned>>['result']) =>
  Object.fromEntries(result.changed.map(({ tensor, axis, removed }) => [`${tensor}/${axis}`, removed]));

afterAll(closeHost);

describe('zero-channels', () => {
  it('removes the channels whose weights and biases are zero, and changes no output', async () => {
    const net = new Net();
    const original = net.build(net.classifier(net.unary('Relu', net.conv('x', 6))));
    for (const input of [1, 2]) await erase(nodeOf(original, 'Conv'), input, [1, 4]);
    const { model, result } = await cleaned(original);
    expect(removedOf(result)).toMatchObject({ 'w1/0': [1, 4], 'w2/0': [1, 4], 'w7/1': [1, 4] });
    expect(result.metrics).toMatchObject({ channelsBefore: 6, channelsAfter: 4, groupsPruned: 1 });
    await expectSameOutputs(original, model);
  });

  it('says where there is none', async () => {
    const net = new Net();
    const original = net.build(net.classifier(net.conv('x', 6)));
    const { result } = await cleaned(original);
    expect(result.changed).toEqual([]);
    expect(result.skipped).toContainEqual({
      node: nodeOf(original, 'Conv').label,
      reason: 'none of its channels is zero or constant wherever it is used',
    });
  });

  it('removes what a BatchNormalization scales by zero', async () => {
    const net = new Net();
    const original = net.build(net.classifier(net.unary('Relu', net.batchNorm(net.conv('x', 6)))));
    for (const input of [1, 2]) await erase(nodeOf(original, 'BatchNormalization'), input, [0, 5]);
    const { model, result } = await cleaned(original);
    expect(result.metrics).toMatchObject({ channelsAfter: 4 });
    await expectSameOutputs(original, model);
  });

  it('keeps a channel that is zero in one summand of a residual addition only', async () => {
    const net = new Net();
    const [left, right] = [net.conv('x', 6), net.conv('x', 6)];
    const original = net.build(net.classifier(net.op('Add', [left, right], 6)));
    for (const input of [1, 2]) await erase(nodeOf(original, 'Conv', 0), input, [3]);
    expect((await cleaned(original)).result.changed).toEqual([]);
    for (const input of [1, 2]) await erase(nodeOf(original, 'Conv', 1), input, [3, 4]);
    const { model, result } = await cleaned(original);
    expect(result.metrics).toMatchObject({ channelsBefore: 6, channelsAfter: 5 });
    await expectSameOutputs(original, model);
  });

  it('removes a channel that is gated, since zero times a gate is zero', async () => {
    const net = new Net();
    const features = net.conv('x', 6);
    const gated = net.op('Mul', [features, net.unary('Sigmoid', features)], 6);
    const original = net.build(net.classifier(gated));
    for (const input of [1, 2]) await erase(nodeOf(original, 'Conv'), input, [3]);
    const { model, result } = await cleaned(original);
    expect(result.metrics).toMatchObject({ channelsAfter: 5 });
    await expectSameOutputs(original, model);
  });

  it('keeps one channel of a layer that is zero as a whole', async () => {
    const net = new Net();
    const original = net.build(net.classifier(net.conv('x', 6)));
    for (const input of [1, 2]) await erase(nodeOf(original, 'Conv'), input, [0, 1, 2, 3, 4, 5]);
    const { model, result } = await cleaned(original);
    expect(removedOf(result)).toMatchObject({ 'w1/0': [1, 2, 3, 4, 5] });
    await expectSameOutputs(original, model);
  });

  it('finds nothing in a model without zero channels', async () => {
    const net = new Net();
    const { result } = await cleaned(net.build(net.classifier(net.conv('x', 6))));
    expect(result.changed).toEqual([]);
    expect(result.metrics).toMatchObject({ channelsBefore: 6, channelsAfter: 6, groupsPruned: 0 });
  });
});

/** Layers that read a value with a constant channel, and take the constant exactly. */
const TAKING: Readonly<Record<string, (net: Net, value: string) => string>> = {
  Gemm: (net, value) => net.classifier(value),
  'Conv with one position': (net, value) => net.conv(value, 4),
  'Conv without padding': (net, value) => net.op('Conv', [value, net.weight([4, 6, 3, 3])], 4),
  'grouped Conv': (net, value) => net.conv(value, 4, { groups: 2 }),
  'MatMul without bias': (net, value) => {
    const last = net.op('Transpose', [value], 6, { perm: { ints: [0, 2, 3, 1] } });
    return net.op('MatMul', [last, net.weight([6, 5])], 5);
  },
  'ConvTranspose with one position': (net, value) => net.convTranspose(value, 4),
  'depthwise Conv without padding, then Conv': (net, value) =>
    net.conv(net.op('Conv', [value, net.weight([6, 1, 3, 3]), net.weight([6])], 6, { group: { int: 6 } }), 4),
  'sum of a Concat': (net, value) => net.conv(net.op('Concat', [value, 'x'], 9, { axis: { int: 1 } }), 4),
};

/** Layers that read a value with a constant channel, and would give something else without it. */
const KEEPING: Readonly<Record<string, (net: Net, value: string) => string>> = {
  'Conv with padding': (net, value) => net.conv(value, 4, { kernel: 3 }),
  'Conv with automatic padding': (net, value) =>
    net.op('Conv', [value, net.weight([4, 6, 2, 2])], 4, { auto_pad: { string: 'SAME_UPPER' } }),
  'ConvTranspose whose windows overlap': (net, value) => net.op('ConvTranspose', [value, net.weight([6, 4, 3, 3])], 4),
  'depthwise Conv with padding, then Conv': (net, value) => net.conv(net.conv(value, 6, { groups: 6, kernel: 3 }), 4),
  'average that counts padding, then Conv': (net, value) =>
    net.conv(
      net.op('AveragePool', [value], 6, {
        kernel_shape: { ints: [3, 3] },
        pads: { ints: [1, 1, 1, 1] },
        count_include_pad: { int: 1 },
      }),
      4,
    ),
};

/** A net whose layer has no weights for channels 1 and 4, but a bias. */
async function constantNet(build: (net: Net, value: string) => string, activation = 'Sigmoid'): Promise<Model> {
  const net = new Net();
  const original = net.build(build(net, net.unary(activation, net.conv('x', 6))));
  await erase(nodeOf(original, 'Conv'), 1, [1, 4]);
  return original;
}

describe('a channel that holds a constant', () => {
  it.each(Object.entries(TAKING))('goes, with the constant in the bias behind: %s', async (_, build) => {
    const original = await constantNet(build);
    const { model, result } = await cleaned(original);
    expect(result.changed.some(({ constants }) => Array.isArray(constants))).toBe(true);
    expect(removedOf(result)).toMatchObject({ 'w1/0': [1, 4], 'w2/0': [1, 4] });
    expect(model.validate()).toEqual([]);
    await expectSameOutputs(original, model);
  });

  it.each(Object.entries(KEEPING))('stays, with the reason: %s', async (_, build) => {
    const original = await constantNet(build);
    const { result } = await cleaned(original);
    expect(result.changed).toEqual([]);
    const { label } = nodeOf(original, 'Conv');
    expect(result.skipped.map(({ node }) => node)).toContain(label);
  });

  it('is told together with the layer that cannot take it', async () => {
    const original = await constantNet(present(KEEPING['Conv with padding'], 'net'));
    const { result } = await cleaned(original);
    expect(result.skipped).toContainEqual({
      node: nodeOf(original, 'Conv').label,
      reason: `a channel of it holds a constant, which Conv "${nodeOf(original, 'Conv', 1).label}" cannot take into its bias exactly: it pads, or computes its bias`,
    });
  });

  it('goes in spite of padding where its activation makes it zero', async () => {
    const net = new Net();
    const original = net.build(net.conv(net.conv(net.unary('Relu', net.conv('x', 6)), 6, { groups: 6, kernel: 3 }), 4));
    const first = nodeOf(original, 'Conv');
    await erase(first, 1, [1, 4]);
    present(first.input(2)?.weight, 'bias').replace(float32Tensor([6], [1, -1, 1, 1, -2, 1]));
    const { model, result } = await cleaned(original);
    expect(removedOf(result)).toMatchObject({ 'w1/0': [1, 4] });
    await expectSameOutputs(original, model);
  });

  it('of a BatchNormalization with zero as its scale goes too', async () => {
    const net = new Net();
    const original = net.build(net.classifier(net.unary('Relu', net.batchNorm(net.conv('x', 6)))));
    await erase(nodeOf(original, 'BatchNormalization'), 1, [0, 5]);
    const { model, result } = await cleaned(original);
    expect(result.metrics).toMatchObject({ channelsAfter: 4 });
    await expectSameOutputs(original, model);
  });

  it('stays where a bias is computed by the graph, which has no place for it', async () => {
    const original = await constantNet((net, value) => {
      const bias = net.op('ReduceMean', ['x'], 1, { axes: { ints: [0, 1, 2, 3] }, keepdims: { int: 0 } });
      const four = net.op('Expand', [bias, net.integers([4])], 4);
      return net.op('Conv', [value, net.weight([4, 6, 1, 1]), four], 4);
    });
    expect((await cleaned(original)).result.changed).toEqual([]);
  });
});

describe('zero-channels in random nets', () => {
  it('changes no output', async () => {
    let [cleanedNets, withConstants] = [0, 0];
    const numbers = fc.array(fc.nat(1000), { minLength: 4, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(numbers, fc.nat(), async (choices, seed) => {
        const original = randomNet(choices);
        const random = seededRandom(seed, 'zeros');
        for (const node of original.graph.nodes.filter(({ opType }) => opType === 'Conv')) {
          const channels = [...Array(node.input(1)?.weight?.tensor.dims[0] ?? 0).keys()];
          const chosen = channels.filter(() => random.uniform() < 0.4);
          await erase(node, 1, chosen);
          if (random.uniform() < 0.6) await erase(node, 2, chosen);
        }
        for (const node of original.graph.nodes.filter(({ opType }) => opType === 'BatchNormalization')) {
          const chosen = [...Array(node.input(1)?.weight?.tensor.dims[0] ?? 0).keys()].filter(
            () => random.uniform() < 0.5,
          );
          for (const input of [1, 2]) await erase(node, input, chosen);
        }
        const { model, result } = await cleaned(original);
        if (result.changed.length > 0) cleanedNets++;
        if (result.changed.some(({ constants }) => constants !== undefined)) withConstants++;
        expect(model.validate()).toEqual([]);
        await expectSameOutputs(original, model);
      }),
      { numRuns: 100 },
    );
    expect(cleanedNets).toBeGreaterThan(25);
    expect(withConstants).toBeGreaterThan(5);
  }, 120_000);
});
