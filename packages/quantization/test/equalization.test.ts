import { afterAll, describe, expect, it } from '@jest/globals';
import {
  elementCount,
  float32Tensor,
  type Model,
  type NodeSpec,
  present,
  readFloats,
  Scratch,
  type Tensor,
  weightBehind,
} from '@onnx-compress/graph';
import { buildModel, randomFloats, randomValues, relativeError, runModel, samplesOf } from '@onnx-compress/test-kit';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import { equalize } from '../src/equalization/equalize.js';
import { scalableChannels } from '../src/equalization/scalable-channels.js';
import { int8Scales } from '../src/weights/int8-weight.js';
import { quantized } from './support/context.js';

afterAll(closeHost);

const everyNode = () => true;

/** Weights whose output channels differ in size by up to a thousand times. */
function uneven(dims: readonly number[], seed: number): Tensor {
  const values = randomValues(elementCount(dims), seed);
  const [rows = 1] = dims;
  const perRow = values.length / rows;
  return float32Tensor(
    dims,
    values.map((value, at) => value * 10 ** ((3 * Math.floor(at / perRow)) / rows)),
  );
}

const conv = (name: string, input: string, output: string, bias: string, group = 1): NodeSpec => ({
  opType: 'Conv',
  name,
  inputs: [input, `${name}_w`, bias],
  outputs: [output],
  attributes: { group: { int: group } },
});

/** A dense, a depthwise and a dense convolution, pooled and classified. */
function chain(): Model {
  return buildModel({
    inputs: { x: ['float32', [2, 3, 8, 8]] },
    outputs: ['y'],
    weights: {
      a_w: uneven([8, 3, 3, 3], 1),
      a_b: randomFloats([8], 2),
      b_w: uneven([8, 1, 3, 3], 3),
      b_b: randomFloats([8], 4),
      c_w: uneven([6, 8, 1, 1], 5),
      c_b: randomFloats([6], 6),
      d_w: randomFloats([4, 96], 7),
    },
    nodes: [
      conv('a', 'x', 'a_out', 'a_b'),
      { opType: 'Relu', inputs: ['a_out'], outputs: ['a_relu'] },
      conv('b', 'a_relu', 'b_out', 'b_b', 8),
      { opType: 'LeakyRelu', inputs: ['b_out'], outputs: ['b_relu'] },
      conv('c', 'b_relu', 'c_out', 'c_b'),
      { opType: 'Relu', inputs: ['c_out'], outputs: ['c_relu'] },
      { opType: 'Flatten', inputs: ['c_relu'], outputs: ['flat'] },
      {
        opType: 'Gemm',
        name: 'd',
        inputs: ['flat', 'd_w'],
        outputs: ['y'],
        attributes: { transB: { int: 1 } },
      },
    ],
  });
}

/** Largest absolute value of each slice along an axis. */
async function maximaAlong(model: Model, node: string, axis: 0 | 1): Promise<readonly number[]> {
  const layer = present(
    model.graph.nodes.find(({ label }) => label === node),
    node,
  );
  const { tensor } = present(weightBehind(layer.input(1)), 'weight');
  const values = await readFloats(tensor);
  const [rows = 1, columns = 1] = tensor.dims;
  const inner = values.length / rows / columns;
  const maxima = Array<number>(axis === 0 ? rows : columns).fill(0);
  for (const [at, value] of values.entries()) {
    const index = axis === 0 ? Math.floor(at / inner / columns) : Math.floor(at / inner) % columns;
    maxima[index] = Math.max(maxima[index] ?? 0, Math.abs(value));
  }
  return maxima;
}

async function outputsOf(model: Model, x: Tensor): Promise<Float32Array> {
  return readFloats(present((await runModel(model, { x })).get('y'), 'y'));
}

/** The integers of a weight with one scale for each output channel. */
async function integersOf(model: Model, name: string): Promise<readonly number[]> {
  const { tensor } = present(
    [...model.graph.weights()].find((weight) => weight.name === name),
    name,
  );
  const int8 = present(await int8Scales(tensor, 0, new Scratch()), 'scales');
  const values = await readFloats(tensor);
  const perScale = values.length / int8.scales.length;
  return Array.from(values, (value, at) => Math.round(value / (int8.scales[Math.floor(at / perScale)] ?? 1)));
}

const spread = (values: readonly number[]): number => Math.max(...values) / Math.min(...values);

describe('equalization of weights', () => {
  it('leaves what the model computes, and gives both sides of a channel the same range', async () => {
    const original = chain();
    const model = original.clone();
    const moved = await equalize(model, 'weights', everyNode, runtimeContext());
    expect([...moved]).toEqual(['a', 'b', 'c']);
    expect(model.validate()).toEqual([]);
    const x = randomFloats([2, 3, 8, 8], 9);
    expect(relativeError(await outputsOf(model, x), await outputsOf(original, x))).toBeLessThan(1e-5);
    const before = await maximaAlong(model, 'b', 0);
    for (const [channel, behind] of (await maximaAlong(model, 'c', 1)).entries()) {
      expect(Math.abs(Math.log(behind / (before[channel] ?? 0)))).toBeLessThan(0.2);
    }
  });

  it('leaves nodes alone that are not to be changed', async () => {
    const model = chain();
    const moved = await equalize(model, 'weights', (label) => label !== 'b', runtimeContext());
    expect([...moved]).toEqual(['c']);
  });

  it('leaves channels that something else reads, or that a Sigmoid stands behind', async () => {
    const weights = { a_w: randomFloats([4, 3, 1, 1], 1), b_w: randomFloats([4, 4, 1, 1], 2) };
    const inputs = { x: ['float32', [1, 3, 4, 4]] as const };
    const first: NodeSpec = { opType: 'Conv', inputs: ['x', 'a_w'], outputs: ['h'] };
    const read = buildModel({
      inputs,
      outputs: ['y', 'h'],
      weights,
      nodes: [first, { opType: 'Conv', inputs: ['h', 'b_w'], outputs: ['y'] }],
    });
    const bent = buildModel({
      inputs,
      outputs: ['y'],
      weights,
      nodes: [
        first,
        { opType: 'Sigmoid', inputs: ['h'], outputs: ['s'] },
        { opType: 'Conv', inputs: ['s', 'b_w'], outputs: ['y'] },
      ],
    });
    expect([await scalableChannels(read, everyNode), await scalableChannels(bent, everyNode)]).toEqual([[], []]);
  });
});

describe('smoothing of activations', () => {
  const transformerPart = (): Model =>
    buildModel({
      opset: 17,
      inputs: { x: ['float32', [1, 5, 8]] },
      outputs: ['y'],
      weights: {
        gamma: float32Tensor([8], [50, 1, 1, 1, 20, 1, 1, 1]),
        beta: randomFloats([8], 1),
        w: randomFloats([8, 6], 2),
      },
      nodes: [
        { opType: 'LayerNormalization', name: 'norm', inputs: ['x', 'gamma', 'beta'], outputs: ['n'] },
        { opType: 'MatMul', name: 'product', inputs: ['n', 'w'], outputs: ['y'] },
      ],
    });

  it('moves large channels of a normalization into the weights behind, and changes no output', async () => {
    const original = transformerPart();
    const model = original.clone();
    const samples = [1, 2, 3].map((seed) => randomFloats([1, 5, 8], seed));
    const moved = await equalize(model, 'activations', everyNode, runtimeContext(samplesOf('x', samples)));
    expect([...moved]).toEqual(['norm']);
    const x = randomFloats([1, 5, 8], 9);
    expect(relativeError(await outputsOf(model, x), await outputsOf(original, x))).toBeLessThan(1e-5);
    const gamma = await readFloats(
      present(
        [...model.graph.weights()].find(({ name }) => name === 'gamma'),
        'gamma',
      ).tensor,
    );
    expect(Math.max(...gamma) / Math.min(...gamma)).toBeLessThan(50 / 4);
  });

  it('does nothing without samples', async () => {
    expect((await equalize(transformerPart(), 'activations', everyNode, runtimeContext())).size).toBe(0);
  });
});

describe('spreading of channels in front of depthwise layers', () => {
  const samples = [1, 2, 3].map((seed) => randomFloats([2, 3, 8, 8], seed));

  it('leaves what the model computes and all integers of weights, and narrows the gap between channels', async () => {
    const original = chain();
    const model = original.clone();
    const moved = await equalize(model, 'free', everyNode, runtimeContext(samplesOf('x', samples)));
    expect([...moved]).toEqual(['a']);
    expect(model.validate()).toEqual([]);
    const x = randomFloats([2, 3, 8, 8], 9);
    expect(relativeError(await outputsOf(model, x), await outputsOf(original, x))).toBeLessThan(1e-5);
    for (const name of ['a_w', 'b_w', 'c_w']) {
      expect(await integersOf(model, name)).toEqual(await integersOf(original, name));
    }
    const [before, after] = [await maximaAlong(original, 'a', 0), await maximaAlong(model, 'a', 0)];
    expect(spread(after)).toBeLessThan(spread(before) / 3.9);
  });

  it('lets no channel take up more than four times of the range that it had', async () => {
    const model = chain();
    const before = await maximaAlong(model, 'a', 0);
    await equalize(model, 'free', everyNode, runtimeContext(samplesOf('x', samples)));
    for (const [channel, after] of (await maximaAlong(model, 'a', 0)).entries()) {
      expect(after / (before[channel] ?? 0)).toBeLessThan(4.01);
      expect(after / (before[channel] ?? 0)).toBeGreaterThan(0.99);
    }
  });

  it('leaves layers alone that are not to be changed, and does nothing without samples', async () => {
    const context = runtimeContext(samplesOf('x', samples));
    expect((await equalize(chain(), 'free', (label) => label !== 'b', context)).size).toBe(0);
    expect((await equalize(chain(), 'free', everyNode, runtimeContext())).size).toBe(0);
  });

  it('is what int8 with samples does by default where scales belong to channels', async () => {
    const runtime = runtimeContext(samplesOf('x', samples));
    const { metrics } = await quantized(chain(), { runtime });
    expect(metrics.equalized).toBe(1);
    for (const settings of [
      { equalization: 'off' },
      { activations: 'dynamic' },
      { granularity: 'per-tensor' },
    ] as const) {
      expect((await quantized(chain(), { runtime, ...settings })).metrics).not.toHaveProperty('equalized');
    }
  });
});
