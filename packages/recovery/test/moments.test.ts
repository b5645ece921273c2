import { afterAll, describe, expect, it } from '@jest/globals';
import { CancelledError } from '@onnx-compress/core';
import { float32Tensor, floatsToTensor, type Model, type NodeSpec, present, type Tensor } from '@onnx-compress/graph';
import { buildModel, randomFloats, randomValues } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { matchMoments } from '../src/moments/match-moments.js';
import { computedBias, noGain, unknownChannels } from '../src/moments/reasons.js';
import { contextWith, cut, greatestDifference, momentsOf, randomSamples, samplesOf } from './moments-support.js';

afterAll(closeHost);

const KEEP = [0, 2, 5];

const node = (opType: string, name: string, inputs: readonly string[], output: string): NodeSpec => ({
  opType,
  name,
  inputs,
  outputs: [output],
});

/** A net whose first layer `first` computes six channels `a`, read by the nodes given. */
function netWith(nodes: readonly NodeSpec[], weights: Readonly<Record<string, Tensor>>, output = 'y'): Model {
  return buildModel({
    inputs: { x: ['float32', ['n', 3, 6, 6]] },
    outputs: [output],
    weights: { w0: randomFloats([6, 3, 3, 3], 1, 0.5), b0: randomFloats([6], 2), ...weights },
    nodes: [node('Conv', 'first', ['x', 'w0', 'b0'], 'c'), node('Relu', 'relu', ['c'], 'a'), ...nodes],
  });
}

/** A copy whose first layer has lost channels, and the weights that read them the inputs. */
async function withoutChannels(original: Model, readers: Readonly<Record<string, number>>): Promise<Model> {
  const changed = original.clone();
  await cut(changed, 'w0', 0, KEEP);
  await cut(changed, 'b0', 0, KEEP);
  for (const [weight, axis] of Object.entries(readers)) await cut(changed, weight, axis, KEEP);
  expect(changed.validate()).toEqual([]);
  return changed;
}

const kept = new Map([['first', { outputs: KEEP }]]);
const images = () => randomSamples([8, 3, 6, 6]);

const channelsLast: readonly NodeSpec[] = [
  { ...node('Transpose', 'last', ['a'], 't'), attributes: { perm: { ints: [0, 2, 3, 1] } } },
  node('MatMul', 'product', ['t', 'w1'], 'm'),
];

/** Nets behind a cut layer, the weights that lose inputs, and the layers whose outputs are to match. */
const NETS: Readonly<
  Record<
    string,
    {
      readonly model: () => Model;
      readonly readers: Readonly<Record<string, number>>;
      readonly values: Readonly<Record<string, { readonly rank: number; readonly axis: number }>>;
    }
  >
> = {
  'two convolutions, one behind the other': {
    model: () =>
      netWith(
        [
          node('Conv', 'second', ['a', 'w1', 'b1'], 'd'),
          node('Relu', 'relu2', ['d'], 'r'),
          node('Conv', 'third', ['r', 'w2'], 'y'),
        ],
        { w1: randomFloats([2, 6, 3, 3], 3), b1: randomFloats([2], 4), w2: randomFloats([2, 2, 1, 1], 5) },
      ),
    readers: { w1: 1 },
    values: { d: { rank: 4, axis: 1 }, y: { rank: 4, axis: 1 } },
  },
  'a Gemm with factors': {
    model: () =>
      netWith(
        [
          node('GlobalAveragePool', 'pool', ['a'], 'p'),
          node('Flatten', 'flat', ['p'], 'f'),
          {
            ...node('Gemm', 'gemm', ['f', 'w1', 'b1'], 'y'),
            attributes: { alpha: { float: 0.5 }, beta: { float: 2 } },
          },
        ],
        { w1: randomFloats([6, 2], 3), b1: randomFloats([2], 4) },
      ),
    readers: { w1: 0 },
    values: { y: { rank: 2, axis: 1 } },
  },
  'a MatMul with an Add': {
    model: () =>
      netWith([...channelsLast, node('Add', 'add', ['b1', 'm'], 'y')], {
        w1: randomFloats([6, 2], 3),
        b1: randomFloats([2], 4),
      }),
    readers: { w1: 0 },
    values: { y: { rank: 4, axis: 3 } },
  },
  'a MatMul without bias': {
    model: () => netWith([...channelsLast, node('Identity', 'same', ['m'], 'y')], { w1: randomFloats([6, 2], 3) }),
    readers: { w1: 0 },
    values: { y: { rank: 4, axis: 3 } },
  },
  'a ConvTranspose': {
    model: () => netWith([node('ConvTranspose', 'up', ['a', 'w1'], 'y')], { w1: randomFloats([6, 2, 2, 2], 3) }),
    readers: { w1: 0 },
    values: { y: { rank: 4, axis: 1 } },
  },
};

describe('matched moments', () => {
  it.each(Object.entries(NETS))('agree with those of the original on the same samples: %s', async (_, net) => {
    const original = net.model();
    const changed = await withoutChannels(original, net.readers);
    const context = contextWith(images());
    const names = Object.entries(net.values);
    const before = await Promise.all(names.map(([name, at]) => momentsOf(original, { name, ...at }, context)));
    const repairs = await matchMoments({ original, changed, kept }, context);
    expect(repairs.map(({ method, reason }) => [method, reason])).toEqual(
      names.map(() => ['mean-variance', undefined]),
    );
    for (const [index, [name, at]] of names.entries()) {
      const after = await momentsOf(changed, { name, ...at }, context);
      expect(greatestDifference(present(before[index], 'moments'), after)).toBeLessThan(2e-3);
    }
    expect(changed.validate()).toEqual([]);
  });

  it('leave weights alone where only means are asked for', async () => {
    const net = present(NETS['a Gemm with factors'], 'net');
    const original = net.model();
    const changed = await withoutChannels(original, net.readers);
    const weight = changed.graph.value('w1')?.weight?.tensor;
    const context = contextWith(images());
    const [wanted] = [await momentsOf(original, { name: 'y', rank: 2, axis: 1 }, context)];
    const [repair] = await matchMoments({ original, changed, kept }, context, { variance: false });
    expect(repair?.method).toBe('mean');
    expect(changed.graph.value('w1')?.weight?.tensor).toBe(weight);
    const after = await momentsOf(changed, { name: 'y', rank: 2, axis: 1 }, context);
    expect(greatestDifference(wanted.slice(0, 2), after.slice(0, 2))).toBeLessThan(1e-5);
  });

  it('go into the statistics of a BatchNormalization directly behind a layer', async () => {
    const original = netWith(
      [
        node('Conv', 'second', ['a', 'w1'], 'd'),
        node('BatchNormalization', 'norm', ['d', 'scale', 'bias', 'mean', 'variance'], 'y'),
      ],
      {
        w1: randomFloats([2, 6, 1, 1], 3),
        scale: float32Tensor([2], [1.5, -0.5]),
        bias: float32Tensor([2], [0.3, 2]),
        mean: float32Tensor([2], [0.1, -0.2]),
        variance: float32Tensor([2], [2, 0.7]),
      },
    );
    const changed = await withoutChannels(original, { w1: 1 });
    const context = contextWith(images());
    const tensors = () => ['w1', 'scale', 'bias'].map((name) => changed.graph.value(name)?.weight?.tensor);
    const untouched = tensors();
    const repairs = await matchMoments({ original, changed, kept }, context);
    expect(repairs.map(({ node: label }) => label)).toEqual(['second']);
    expect(tensors()).toEqual(untouched);
    expect(changed.graph.nodes.map(({ inputs }) => inputs)).toEqual(original.graph.nodes.map(({ inputs }) => inputs));
    const at = { name: 'y', rank: 4, axis: 1 };
    const [wanted, own] = [await momentsOf(original, at, context), await momentsOf(changed, at, context)];
    expect(greatestDifference(wanted, own)).toBeLessThan(2e-3);
  });

  it('match in half precision, as far as it goes', async () => {
    const half = (dims: readonly number[], seed: number) =>
      floatsToTensor(
        'float16',
        dims,
        randomValues(
          dims.reduce((product, size) => product * size, 1),
          seed,
        ),
      );
    const original = netWith(
      [
        { ...node('Cast', 'narrow', ['a'], 'h'), attributes: { to: { int: 10 } } },
        node('Conv', 'second', ['h', 'w1', 'b1'], 'd'),
        { ...node('Cast', 'wide', ['d'], 'y'), attributes: { to: { int: 1 } } },
      ],
      { w1: half([2, 6, 1, 1], 3), b1: half([2], 4) },
    );
    const changed = await withoutChannels(original, { w1: 1 });
    const context = contextWith(images());
    await matchMoments({ original, changed, kept }, context);
    expect(changed.graph.value('w1')?.weight?.tensor.dataType).toBe('float16');
    const at = { name: 'y', rank: 4, axis: 1 };
    const [wanted, own] = [await momentsOf(original, at, context), await momentsOf(changed, at, context)];
    expect(greatestDifference(wanted, own)).toBeLessThan(1e-2);
  });

  it('are matched for the channels that are left of a layer that lost some itself', async () => {
    const original = netWith([node('Conv', 'second', ['a', 'w1', 'b1'], 'y')], {
      w1: randomFloats([4, 6, 1, 1], 3),
      b1: randomFloats([4], 4),
    });
    const changed = await withoutChannels(original, { w1: 1 });
    for (const weight of ['w1', 'b1']) await cut(changed, weight, 0, [1, 3]);
    const context = contextWith(images());
    await matchMoments({ original, changed, kept: new Map([...kept, ['second', { outputs: [1, 3] }]]) }, context);
    const at = { name: 'y', rank: 4, axis: 1 };
    const [wanted, own] = [await momentsOf(original, at, context), await momentsOf(changed, at, context)];
    const left = [1, 3, 5, 7].map((index) => present(wanted[index], 'moment'));
    expect(greatestDifference(left, own)).toBeLessThan(2e-3);
  });
});

describe('what is reported', () => {
  const branches = () =>
    netWith(
      [
        node('Conv', 'left', ['a', 'w1'], 'l'),
        node('Conv', 'right', ['a', 'w2'], 'r'),
        node('Add', 'sum', ['l', 'r'], 's'),
        node('Conv', 'end', ['s', 'w3'], 'y'),
      ],
      {
        w1: randomFloats([2, 6, 1, 1], 3),
        w2: randomFloats([2, 6, 1, 1], 4),
        w3: randomFloats([2, 2, 1, 1], 5),
      },
    );

  it('has every layer behind a change in the order of execution, and errors from samples held out', async () => {
    const original = branches();
    const changed = await withoutChannels(original, { w1: 1, w2: 1 });
    const repairs = await matchMoments({ original, changed, kept }, contextWith(randomSamples([8, 3, 6, 6], 10)));
    expect(repairs.map(({ node: label }) => label)).toEqual(['left', 'right', 'end']);
    for (const { errorBefore, errorAfter } of repairs) {
      expect(errorBefore).toBeGreaterThan(0);
      expect(errorAfter).toBeGreaterThan(0);
    }
  });

  it('measures branches together: one pass for each depth, and one for the original', async () => {
    const original = branches();
    const changed = await withoutChannels(original, { w1: 1, w2: 1 });
    const progress: (readonly [number, number])[] = [];
    await matchMoments({ original, changed, kept }, contextWith(randomSamples([1, 3, 6, 6], 10), progress));
    expect(progress.length).toBe(30);
    expect(progress.at(-1)).toEqual([30, 30]);
  });

  it('is nothing where nothing changed', async () => {
    const original = branches();
    const changed = original.clone();
    expect(await matchMoments({ original, changed }, contextWith(images()))).toEqual([]);
  });

  it('says that a bias which the graph computes cannot take a mean', async () => {
    const original = buildModel({
      inputs: { x: ['float32', ['n', 2]], shift: ['float32', [2]] },
      outputs: ['y'],
      weights: { w: randomFloats([2, 2], 1) },
      nodes: [node('Gemm', 'gemm', ['x', 'w', 'shift'], 'y')],
    });
    const changed = original.clone();
    const weight = present(changed.graph.value('w')?.weight, 'w');
    weight.replace(float32Tensor([2, 2], [1, 0, 0, 1]));
    const { tensor } = weight;
    const context = contextWith(samplesOf([randomFloats([32, 2], 3)], { shift: float32Tensor([2], [1, 2]) }));
    expect(await matchMoments({ original, changed }, context)).toMatchObject([
      { node: 'gemm', reason: computedBias() },
    ]);
    expect(weight.tensor).toBe(tensor);
  });

  it('drops what does not hold on samples that were held out', async () => {
    const original = buildModel({
      inputs: { x: ['float32', ['n', 2]] },
      outputs: ['y'],
      weights: { w: float32Tensor([2, 1], [1, 1]) },
      nodes: [node('Gemm', 'gemm', ['x', 'w'], 'y')],
    });
    const changed = original.clone();
    const weight = present(changed.graph.value('w')?.weight, 'w');
    weight.replace(float32Tensor([2, 1], [1, 0]));
    const sample = (second: number) => float32Tensor([4, 2], [-1, second, 1, second, 0.5, second, -0.5, second]);
    const context = contextWith(samplesOf([10, 10, 10, 10, -10].map(sample)));
    const [repair] = await matchMoments({ original, changed }, context);
    expect(repair).toMatchObject({ node: 'gemm', method: 'mean-variance', reason: noGain() });
    expect(repair?.errorAfter).toBeGreaterThan(present(repair?.errorBefore, 'error'));
    expect(changed.graph.nodes.map(({ inputs }) => inputs)).toEqual([['x', 'w']]);
  });

  it.each([5, 9])('is kept behind a global pooling, where one of %i samples is held out', async (count) => {
    const { model, readers } = present(NETS['a Gemm with factors'], 'net');
    const original = model();
    const changed = await withoutChannels(original, readers);
    const context = contextWith(randomSamples([1, 3, 6, 6], count));
    const [repair] = await matchMoments({ original, changed, kept }, context, { variance: false });
    expect(repair).toMatchObject({ node: 'gemm', method: 'mean' });
    expect(repair?.reason).toBeUndefined();
    expect(repair?.errorAfter).toBeLessThan(present(repair?.errorBefore, 'error'));
  });

  it('says where channels cannot be matched', async () => {
    const original = netWith([node('Conv', 'second', ['a', 'w1'], 'y')], { w1: randomFloats([4, 6, 1, 1], 3) });
    const changed = await withoutChannels(original, { w1: 1 });
    await cut(changed, 'w1', 0, [1, 3]);
    expect(await matchMoments({ original, changed, kept }, contextWith(images()))).toMatchObject([
      { node: 'second', reason: unknownChannels() },
    ]);
  });

  it('ends with an error when it is cancelled', async () => {
    const original = branches();
    const changed = await withoutChannels(original, { w1: 1, w2: 1 });
    const controller = new AbortController();
    const context = { ...contextWith(images()), signal: controller.signal, progress: () => controller.abort() };
    await expect(matchMoments({ original, changed, kept }, context)).rejects.toThrow(CancelledError);
  });
});
