import { afterAll, describe, expect, it } from '@jest/globals';
import { StepError } from '@onnx-compress/core';
import { float32Tensor, floatsToTensor, type Model, type NodeSpec, present } from '@onnx-compress/graph';
import { buildModel } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { nonZeroParts } from '../src/criteria/apoz.js';
import { consumedDeviations } from '../src/criteria/consumer.js';
import { activationEntropies } from '../src/criteria/entropy.js';
import { inboundVariances } from '../src/criteria/inbound.js';
import { meanActivations } from '../src/criteria/mean-activation.js';
import { activationVariances } from '../src/criteria/variance.js';
import { weightedInputs } from '../src/criteria/wanda.js';
import { firstScores, judge, samplesOfX, singleInput } from './sampled.js';

afterAll(closeHost);

const node = (opType: string, inputs: string[], output: string): NodeSpec => ({
  opType,
  name: output,
  inputs,
  outputs: [output],
});

/** `x` of [N, 1, 1, 2], times 1, -1 and 2, through Relu, into two filters. */
function threeChannels(dataType: 'float32' | 'float16' = 'float32', opset = 17): Model {
  const tensor = (dims: number[], values: number[]) => floatsToTensor(dataType, dims, Float32Array.from(values));
  return buildModel({
    opset,
    inputs: { x: [dataType, ['N', 1, 1, 2]] },
    outputs: ['y'],
    weights: { w: tensor([3, 1, 1, 1], [1, -1, 2]), v: tensor([2, 3, 1, 1], [1, 0, 3, 2, 2, 4]) },
    nodes: [node('Conv', ['x', 'w'], 'h'), node('Relu', ['h'], 'r'), node('Conv', ['r', 'v'], 'y')],
  });
}

/** Behind Relu: [1, 0], [0, 1], [2, 0] of the first sample, [3, 2], [0, 0], [6, 4] of the second. */
const twoSamples = samplesOfX(
  [1, 1, 1, 2],
  [
    [1, -1],
    [3, 2],
  ],
);
const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 5));

describe('values worked out by hand', () => {
  it.each([
    ['apoz', nonZeroParts, [3 / 4, 1 / 4, 3 / 4]],
    ['mean-activation', meanActivations, [1.5, 0.25, 3]],
    ['variance', activationVariances, [1.25, 3 / 16, 5]],
    ['wanda', weightedInputs, [Math.sqrt(15), Math.sqrt(15), 2 * Math.sqrt(15)]],
    ['consumer', consumedDeviations, [Math.sqrt(1.25) * Math.sqrt(5), Math.sqrt(3 / 16) * 2, Math.sqrt(5) * 5]],
    [
      'inbound',
      inboundVariances,
      // Norms of the channels: 1 and sqrt(13), 1 and 0, 2 and 2 sqrt(13); squared weights: 5, 4, 25.
      [(5 * (Math.sqrt(13) - 1) ** 2) / 4, 4 / 4, (25 * (2 * Math.sqrt(13) - 2) ** 2) / 4],
    ],
  ])('%s', async (_, criterion, expected) => {
    expect(await firstScores(criterion, threeChannels(), twoSamples)).toEqual(close(expected));
  });

  it('entropy: average per sample, then a histogram over the samples', async () => {
    // Averages behind Relu: 0, 1, 2, 3 of the first and third channel (twice that), 1, 0, 0, 0 of the second.
    const samples = samplesOfX(
      [1, 1, 1, 2],
      [
        [-1, -1],
        [1, 1],
        [1, 3],
        [3, 3],
      ],
    );
    const lone = -(3 / 4) * Math.log(3 / 4) - (1 / 4) * Math.log(1 / 4);
    expect(await firstScores(activationEntropies(2), threeChannels(), samples)).toEqual(
      close([Math.LN2, lone, Math.LN2]),
    );
    expect(await firstScores(activationEntropies(4), threeChannels(), samples)).toEqual(
      close([Math.log(4), lone, Math.log(4)]),
    );
  });
});

describe('the values that are looked at', () => {
  it.each([9, 11, 13, 18, 21])('are reduced by the operators of opset %d', async (opset) => {
    const model = threeChannels('float32', opset);
    expect(await firstScores(nonZeroParts, model, twoSamples)).toEqual(close([3 / 4, 1 / 4, 3 / 4]));
    expect(await firstScores(activationVariances, model, twoSamples)).toEqual(close([1.25, 3 / 16, 5]));
    expect((await firstScores(inboundVariances, model, twoSamples))[1]).toBeCloseTo(1, 5);
  });

  it('may be half precision', async () => {
    const rows = [Float32Array.of(1, -1), Float32Array.of(3, 2)];
    const tensors = rows.map((row) => floatsToTensor('float16', [1, 1, 1, 2], row));
    const samples = singleInput(tensors);
    const model = threeChannels('float16');
    expect(await firstScores(meanActivations, model, samples)).toEqual(close([1.5, 0.25, 3]));
    expect(await firstScores(consumedDeviations, model, samples)).toEqual(
      close([2.5, Math.sqrt(3 / 4), Math.sqrt(125)]),
    );
  });

  it('sum over the layers of a residual group, each seen behind its own activation function', async () => {
    const model = buildModel({
      inputs: { x: ['float32', ['N', 1, 1, 2]] },
      outputs: ['y'],
      weights: {
        w: float32Tensor([2, 1, 1, 1], [1, -1]),
        u: float32Tensor([2, 1, 1, 1], [2, 0.5]),
        v: float32Tensor([1, 2, 1, 1], [1, 1]),
      },
      nodes: [
        node('Conv', ['x', 'w'], 'a'),
        node('Relu', ['a'], 'ra'),
        node('Conv', ['x', 'u'], 'b'),
        node('Relu', ['b'], 'rb'),
        node('Add', ['ra', 'rb'], 's'),
        node('Conv', ['s', 'v'], 'y'),
      ],
    });
    const means = await firstScores(meanActivations, model, samplesOfX([1, 1, 1, 2], [[1, -3]]));
    expect(means).toEqual(close([0.5 + 1, 1.5 + 0.25]));
  });

  it('are the sum where only it has an activation function, and count once', async () => {
    const model = buildModel({
      inputs: { x: ['float32', ['N', 1, 1, 2]] },
      outputs: ['y'],
      weights: {
        w: float32Tensor([2, 1, 1, 1], [1, -1]),
        u: float32Tensor([2, 1, 1, 1], [1, 1]),
        v: float32Tensor([1, 2, 1, 1], [1, 1]),
      },
      nodes: [
        node('Conv', ['x', 'w'], 'a'),
        node('Conv', ['x', 'u'], 'b'),
        node('Add', ['a', 'b'], 's'),
        node('Relu', ['s'], 'r'),
        node('Conv', ['r', 'v'], 'y'),
      ],
    });
    expect(await firstScores(meanActivations, model, samplesOfX([1, 1, 1, 2], [[1, -3]]))).toEqual(close([1, 0]));
  });

  it('are found at every position that a linear layer behind Flatten reads', async () => {
    const model = buildModel({
      inputs: { x: ['float32', ['N', 1, 1, 2]] },
      outputs: ['y'],
      weights: { w: float32Tensor([2, 1, 1, 1], [1, 2]), v: float32Tensor([4, 1], [1, 2, 3, 1]) },
      nodes: [
        node('Conv', ['x', 'w'], 'h'),
        { ...node('Flatten', ['h'], 'f'), attributes: { axis: { int: 1 } } },
        node('Gemm', ['f', 'v'], 'y'),
      ],
    });
    const samples = samplesOfX(
      [1, 1, 1, 2],
      [
        [1, 0],
        [-1, 4],
      ],
    );
    // Deviations of the four inputs: 1, 2, 2, 4.
    expect(await firstScores(consumedDeviations, model, samples)).toEqual(
      close([Math.hypot(1 * 1, 2 * 2), Math.hypot(2 * 3, 4 * 1)]),
    );
  });
});

describe('layers without a score', () => {
  const constant = samplesOfX([1, 1, 1, 2], [[1, 1]]);

  it('have no zero', async () => {
    const model = threeChannels();
    present(model.graph.value('w')?.weight, 'w').replace(float32Tensor([3, 1, 1, 1], [1, 2, 3]));
    expect((await judge(nonZeroParts, model, constant))[0]).toEqual({
      kind: 'unscored',
      reason: 'no activation of it is ever 0 on the samples',
    });
  });

  it.each([
    ['variance', activationVariances],
    ['entropy', activationEntropies(8)],
    ['consumer', consumedDeviations],
    ['inbound', inboundVariances],
  ])('are the same on all samples: %s', async (_, criterion) => {
    expect((await judge(criterion, threeChannels(), constant))[0]).toEqual({
      kind: 'unscored',
      reason: 'its channels do not vary over the samples',
    });
  });
});

describe('activations that are not finite', () => {
  const broken = samplesOfX([1, 1, 1, 2], [[1, Number.NaN]]);

  it.each([
    ['mean-activation', meanActivations, 'h', 'r'],
    ['variance', activationVariances, 'h', 'r'],
    ['consumer', consumedDeviations, 'y', 'r'],
    ['wanda', weightedInputs, 'h', 'w'],
  ])('are an error that names node, value and channel: %s', async (_, criterion, label, value) => {
    const scores = judge(criterion, threeChannels(), broken);
    await expect(scores).rejects.toThrow(StepError);
    await expect(scores).rejects.toMatchObject({ code: 'ACTIVATION_NOT_FINITE', node: label, tensor: value });
    await expect(scores).rejects.toThrow('channel 0');
  });

  it('cannot be had without samples', async () => {
    const scores = judge(meanActivations, threeChannels(), samplesOfX([1], []));
    await expect(scores).rejects.toMatchObject({ code: 'SAMPLES_MISSING' });
  });
});

describe('the model that is looked into', () => {
  it('stays as it is', async () => {
    const model = threeChannels();
    const names = () => [...model.nodes()].map(({ label }) => label);
    const before = names();
    await judge(inboundVariances, model, twoSamples);
    expect(names()).toEqual(before);
    expect(model.graph.outputs.map(({ name }) => name)).toEqual(['y']);
  });
});
