import { afterAll, describe, expect, it } from '@jest/globals';
import type { Calibration } from '@onnx-compress/core';
import { float32Tensor, type Model, present, readFloats, type Tensor } from '@onnx-compress/graph';
import { addToBias, Expectations, fromNormalization } from '@onnx-compress/recovery';
import { relativeError, runModel } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { analyse } from '../src/analysis/analyse.js';
import { type Fold, planFolds } from '../src/constants/fold.js';
import { type Constants, meansSource } from '../src/constants/means-source.js';
import { sitesOf } from '../src/constants/sites.js';
import { findGroups } from '../src/groups/find-groups.js';
import { applyEdits } from '../src/surgery/apply-edits.js';
import { planEdits } from '../src/surgery/plan-edits.js';
import { Net } from './net.js';
import { inferShapes, randomFeeds, testContext } from './pruning-context.js';

afterAll(closeHost);

const values = (net: Net, ...numbers: number[]) => net.constant(float32Tensor([numbers.length], numbers));

const values1x1 = (net: Net, ...numbers: number[]) => net.constant(float32Tensor([numbers.length, 1, 1, 1], numbers));

/** Sets some output channels of a layer to zero, as a mask does. */
async function zeroed(model: Model, tensor: string, channels: readonly number[]): Promise<Model> {
  const copy = model.clone();
  const weight = present(copy.graph.value(tensor)?.weight, tensor);
  const data = Float32Array.from(await readFloats(weight.tensor));
  const block = data.length / present(weight.tensor.dims[0], 'channels');
  for (const channel of channels) data.fill(0, channel * block, (channel + 1) * block);
  weight.replace(float32Tensor(weight.tensor.dims, data));
  return copy;
}

/** Removes channels of the first layer, with what they hold added to the biases behind. */
async function pruned(
  original: Model,
  channels: readonly number[],
  constants: Constants,
  calibration?: Calibration,
): Promise<[Model, readonly Fold[]]> {
  const model = original.clone();
  const types = await inferShapes(model);
  const engine = analyse(model, types);
  const [first] = present(findGroups(engine)[0], 'group').producers;
  const units = channels.map((channel) => present(first?.atoms[channel], 'atom'));
  const edits = planEdits(engine, units);
  const context = { ...testContext(), calibration };
  const slices = edits.filter((edit) => edit.kind === 'slice');
  const sites = sitesOf(slices);
  const folds = await planFolds(sites, slices, await meansSource(model, types, constants, context)(sites));
  applyEdits(model, edits);
  for (const { node, slice, bias } of folds) {
    expect(await addToBias(node, slice.weight.tensor.dataType, bias)).toBe(true);
  }
  expect(model.validate()).toEqual([]);
  return [model, folds];
}

async function output(model: Model, feeds: Record<string, Tensor>): Promise<Float32Array> {
  const [tensor] = (await runModel(model, feeds)).values();
  return readFloats(present(tensor, 'output'));
}

/** Nets whose first layer's channels hold a constant once their weights are zero, and the tensor of those weights. */
const NETS: Readonly<Record<string, (net: Net) => string>> = {
  'Conv, Relu, Conv': (net) => net.conv(net.unary('Relu', net.conv('x', 8)), 4),
  'BatchNormalization and a sigmoid': (net) => net.conv(net.unary('Sigmoid', net.batchNorm(net.conv('x', 8))), 4),
  'Conv without bias behind': (net) =>
    net.op('Conv', [net.unary('Tanh', net.conv('x', 8)), net.weight([4, 8, 1, 1])], 4),
  'grouped Conv behind': (net) => net.conv(net.unary('Relu', net.conv('x', 8)), 6, { groups: 2 }),
  'MaxPool, Flatten and Gemm': (net) => {
    const pooled = net.op('MaxPool', [net.unary('Relu', net.conv('x', 8))], 8, { kernel_shape: { ints: [2, 2] } });
    return net.op('Gemm', [net.op('Flatten', [pooled], 200), net.weight([200, 5])], 5);
  },
  'SiLU written as a product, and a Concat': (net) => {
    const value = net.conv('x', 8);
    const silu = net.op('Mul', [value, net.unary('Sigmoid', value)], 8);
    return net.conv(net.op('Concat', [silu, 'x'], 11, { axis: { int: 1 } }), 4);
  },
  'a MatMul without bias': (net) => {
    const last = net.op('Transpose', [net.unary('Relu', net.conv('x', 8))], 8, { perm: { ints: [0, 2, 3, 1] } });
    return net.op('MatMul', [last, net.weight([8, 5])], 5);
  },
  'a MatMul with an Add': (net) => {
    const last = net.op('Transpose', [net.unary('Relu', net.conv('x', 8))], 8, { perm: { ints: [0, 2, 3, 1] } });
    return net.op('Add', [net.op('MatMul', [last, net.weight([8, 5])], 5), values(net, 1, 2, 3, 4, 5)], 5);
  },
};

describe('the constant that a removed channel leaves behind', () => {
  it.each(Object.entries(NETS))('goes into the bias: %s', async (_, build) => {
    const net = new Net();
    const original = net.build(build(net));
    const first = present(
      original.graph.nodes.find(({ opType }) => opType === 'Conv'),
      'layer',
    );
    const masked = await zeroed(original, present(first.inputs[1], 'weight'), [1, 5]);
    const feeds = randomFeeds(original);
    const [model, folds] = await pruned(original, [1, 5], 'bias');
    expect(folds.length).toBeGreaterThan(0);
    expect(relativeError(await output(masked, feeds), await output(model, feeds))).toBeLessThan(1e-5);
  });
});

describe('the mean that calibration data give', () => {
  it('is that of what the layer behind reads, over samples and positions', async () => {
    const net = new Net(1, 17, 1);
    const value = net.op('Conv', ['x', values1x1(net, 1, -2, 3)], 3);
    const model = net.build(net.conv(net.unary('Relu', value), 2));
    const samples = [1, 2].map((fill) => new Map([['x', float32Tensor([1, 1, 6, 6], Array(36).fill(fill))]]));
    const calibration = {
      count: 2,
      samples: async function* () {
        yield* samples;
      },
    };
    const [, [fold]] = await pruned(model, [1, 2], 'mean', calibration);
    expect(fold?.constants).toEqual([0, 4.5]);
  });
});

describe('the expected value of a channel', () => {
  async function meansBehind(activation: (net: Net, value: string) => string): Promise<readonly number[]> {
    const net = new Net();
    const [scale, bias] = [values(net, 1, -2, 0), values(net, 0, 1, 3)];
    const rest = [values(net, 5, 5, 5), values(net, 1, 1, 1)];
    const normal = net.op('BatchNormalization', [net.conv('x', 3), scale, bias, ...rest], 3);
    const value = activation(net, normal);
    const model = net.build(net.conv(value, 2));
    const moments = await new Expectations(await inferShapes(model), fromNormalization).of(
      present(model.graph.value(value), value),
    );
    return [...present(moments, 'moments').mean];
  }

  it('is the bias of a BatchNormalization', async () => {
    expect(await meansBehind((_, value) => value)).toEqual([0, 1, 3]);
  });

  it('behind Relu is that of a rectified normal distribution', async () => {
    const means = await meansBehind((net, value) => net.unary('Relu', value));
    // phi(0) = 0.398942; 1 * Phi(1/2) + 2 * phi(1/2) = 0.691462 + 0.704131; 3
    expect(means[0]).toBeCloseTo(0.398942, 3);
    expect(means[1]).toBeCloseTo(1.395593, 3);
    expect(means[2]).toBe(3);
  });

  it('of a sum is the sum of the expected values', async () => {
    const means = await meansBehind((net, value) => net.op('Add', [value, values(net, 10)], 3));
    expect(means).toEqual([10, 11, 13]);
  });

  it('is unknown behind an operator that mixes channels, and of a layer without normalization', async () => {
    const net = new Net();
    const mixed = net.op('Softmax', [net.batchNorm(net.conv('x', 3))], 3, { axis: { int: 1 } });
    const plain = net.conv(mixed, 3);
    const model = net.build(net.conv(plain, 2));
    const expectations = new Expectations(await inferShapes(model), fromNormalization);
    for (const name of [mixed, plain])
      expect(await expectations.of(present(model.graph.value(name), name))).toBeUndefined();
  });
});
