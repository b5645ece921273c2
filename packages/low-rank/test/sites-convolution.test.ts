import { afterAll, describe, expect, it } from '@jest/globals';
import { type Random, seededRandom } from '@onnx-compress/core';
import {
  type AttributeValue,
  elementCount,
  float32Tensor,
  floatsToTensor,
  type Model,
  type Tensor,
} from '@onnx-compress/graph';
import { buildModel, randomFloats, randomValues } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { convolution } from '../src/sites/convolution.js';
import type { SiteOf } from '../src/sites/site.js';
import { spatial } from '../src/sites/spatial.js';
import { tucker } from '../src/sites/tucker.js';
import { expectExactRewriting, type Feeds, readAll, rewrite, siteIn } from './support/rewriting.js';

afterAll(closeHost);

const SEEDS = Array.from({ length: 12 }, (_, seed) => seed);

interface Sizes {
  readonly data: readonly number[];
  readonly weight: readonly number[];
  readonly group?: number;
  readonly hasBias?: boolean;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

function modelOf({ data, weight, group = 1, hasBias = false, attributes = {} }: Sizes, w?: Tensor): Model {
  const [outputs = 0] = weight;
  return buildModel({
    inputs: { x: [w?.dataType ?? 'float32', data] },
    outputs: ['y'],
    weights: {
      w: w ?? randomFloats(weight, elementCount(weight)),
      ...(hasBias ? { b: randomFloats([outputs], 5) } : {}),
    },
    nodes: [
      {
        opType: 'Conv',
        name: 'layer',
        inputs: hasBias ? ['x', 'w', 'b'] : ['x', 'w'],
        outputs: ['y'],
        attributes: { ...(group === 1 ? {} : { group: { int: group } }), ...attributes },
      },
    ],
  });
}

const oneOf = <T>(random: Random, choices: readonly T[], otherwise: T): T =>
  choices[random.integer(choices.length)] ?? otherwise;

function padding(axes: number, random: Random): Readonly<Record<string, AttributeValue>> {
  const mode = oneOf(random, ['SAME_UPPER', 'SAME_LOWER', 'VALID', 'NOTSET', 'pads', 'pads'], 'pads');
  if (mode !== 'pads') return { auto_pad: { string: mode } };
  return { pads: { ints: Array.from({ length: 2 * axes }, () => random.integer(3)) } };
}

/** Dilations do not go with automatic padding in onnxruntime. */
function window(axes: number, random: Random): Readonly<Record<string, AttributeValue>> {
  const each = (bound: number) => Array.from({ length: axes }, () => 1 + random.integer(bound));
  const { auto_pad: automatic, ...pads } = padding(axes, random);
  const isDilated = automatic === undefined && random.integer(2) === 1;
  return {
    ...(automatic === undefined ? pads : { auto_pad: automatic }),
    ...(random.integer(3) > 0 ? { strides: { ints: each(3) } } : {}),
    ...(isDilated ? { dilations: { ints: each(2) } } : {}),
  };
}

function randomConvolution(seed: number, axes: number, groups: number, random: Random): Sizes {
  const kernel = Array.from({ length: axes }, () => 1 + random.integer(4));
  if (elementCount(kernel) === 1) kernel[0] = 3;
  const [outputs, inputs] = [groups * (2 + random.integer(6)), 2 + random.integer(6)];
  const hasShape = random.integer(2) === 1;
  return {
    data: [1 + random.integer(2), groups * inputs, ...kernel.map(() => 8 + random.integer(5))],
    weight: [outputs, inputs, ...kernel],
    group: groups,
    hasBias: seed % 2 === 1,
    attributes: { ...window(axes, random), ...(hasShape ? { kernel_shape: { ints: kernel } } : {}) },
  };
}

async function expectExact(sizes: Sizes, siteOf: SiteOf, seed: number): Promise<void> {
  const feeds: Feeds = { x: randomFloats(sizes.data, seed) };
  await expectExactRewriting(modelOf(sizes), siteOf, feeds, seededRandom(seed, 'factors'));
}

/** A weight of numbers that count up, and where one of them lies. */
const counting = (dims: readonly number[]) =>
  float32Tensor(
    dims,
    Array.from({ length: elementCount(dims) }, (_, index) => index),
  );

describe('a convolution', () => {
  it.each(SEEDS)('of any axes and groups is exact as one and a 1x1 (seed %i)', async (seed) => {
    const random = seededRandom(seed, 'convolution');
    const sizes = randomConvolution(seed, 1 + (seed % 3), 1 + random.integer(3), random);
    await expectExact(sizes, convolution, seed);
  });

  it('of one position is a product of matrices', async () => {
    await expectExact({ data: [2, 9, 5, 4], weight: [7, 9, 1, 1], hasBias: true }, convolution, 0);
  });

  it.each(SEEDS)('is exact as a vertical and a horizontal one (seed %i)', async (seed) => {
    await expectExact(randomConvolution(seed, 2, 1, seededRandom(seed, 'spatial')), spatial, seed);
  });

  it.each(SEEDS)('is exact in Tucker form (seed %i)', async (seed) => {
    await expectExact(randomConvolution(seed, 1 + (seed % 3), 1, seededRandom(seed, 'tucker')), tucker, seed);
  });

  it.each([
    ['svd-conv', convolution],
    ['spatial-svd', spatial],
    ['tucker2', tucker],
  ])('of float16 keeps its type with %s', async (_name, siteOf) => {
    const sizes = { data: [1, 6, 9, 9], weight: [8, 6, 3, 3] };
    const w = floatsToTensor('float16', sizes.weight, randomValues(elementCount(sizes.weight), 1, 0.2));
    const x = floatsToTensor('float16', sizes.data, randomValues(elementCount(sizes.data), 2));
    const model = modelOf(sizes, w);
    await expectExactRewriting(model, siteOf, { x }, seededRandom(0, 'half'), 'float16');
    await rewrite(await siteIn(model, siteOf), 2, seededRandom(0, 'half'));
    expect(new Set(Array.from(model.graph.weights(), ({ tensor }) => tensor.dataType))).toEqual(new Set(['float16']));
  });
});

describe('the matrix of a convolution', () => {
  const dims = [4, 3, 2, 5] as const;
  const at = (output: number, input: number, y: number, x: number) => ((output * 3 + input) * 2 + y) * 5 + x;
  const model = () => modelOf({ data: [1, 3, 9, 9], weight: dims }, counting(dims));

  it('has a row per output and a column per input channel and position', async () => {
    const site = await siteIn(model(), convolution);
    expect(site).toMatchObject({ rows: 4, columns: 30, groups: 1 });
    expect((await readAll(site))[2 * 30 + 1 * 10 + 1 * 5 + 4]).toBe(at(2, 1, 1, 4));
  });

  it('is one for each group', async () => {
    const grouped = modelOf({ data: [1, 6, 9, 9], weight: dims, group: 2 }, counting(dims));
    const site = await siteIn(grouped, convolution);
    expect(site).toMatchObject({ rows: 2, columns: 30, groups: 2 });
    expect((await readAll(site))[(2 + 1) * 30]).toBe(at(3, 0, 0, 0));
  });

  it('has a row per input channel and vertical position, a column per output and horizontal one, where separated', async () => {
    const site = await siteIn(model(), spatial);
    expect(site).toMatchObject({ rows: 6, columns: 20 });
    expect((await readAll(site))[(2 * 2 + 1) * 20 + 3 * 5 + 4]).toBe(at(3, 2, 1, 4));
  });
});

describe('the nodes of a factored convolution', () => {
  const sizes = {
    data: [1, 6, 9, 9],
    weight: [8, 6, 3, 5],
    group: 1,
    hasBias: true,
    attributes: { strides: { ints: [2, 1] }, pads: { ints: [1, 2, 0, 2] }, kernel_shape: { ints: [3, 5] } },
  };
  const rewritten = async (siteOf: SiteOf) => {
    const model = modelOf(sizes);
    await rewrite(await siteIn(model, siteOf), 2, seededRandom(0, 'names'));
    const nodes = model.graph.nodes.map((node) => ({
      name: node.name,
      inputs: node.inputs,
      outputs: node.outputs,
      window: ['kernel_shape', 'strides', 'pads'].map((name) => node.ints(name)),
    }));
    return { nodes, weights: Array.from(model.graph.weights(), ({ name, tensor }) => [name, tensor.dims]) };
  };
  const whole = [
    [3, 5],
    [2, 1],
    [1, 2, 0, 2],
  ];
  const point = [[1, 1], undefined, undefined];

  it('have the window first, the bias and the name last', async () => {
    const { nodes, weights } = await rewritten(convolution);
    expect(nodes).toEqual([
      { name: 'layer/rank2', inputs: ['x', 'w_right'], outputs: ['y_rank2'], window: whole },
      { name: 'layer', inputs: ['y_rank2', 'w_left', 'b'], outputs: ['y'], window: point },
    ]);
    expect(new Map(weights.map(([name, dims]) => [name, dims]))).toEqual(
      new Map([
        ['b', [8]],
        ['w_right', [2, 6, 3, 5]],
        ['w_left', [8, 2, 1, 1]],
      ]),
    );
  });

  it('each have the window of their axis where they are separated', async () => {
    const { nodes } = await rewritten(spatial);
    expect(nodes).toEqual([
      {
        name: 'layer/vertical',
        inputs: ['x', 'w_vertical'],
        outputs: ['y_vertical'],
        window: [
          [3, 1],
          [2, 1],
          [1, 0, 0, 0],
        ],
      },
      {
        name: 'layer',
        inputs: ['y_vertical', 'w_horizontal', 'b'],
        outputs: ['y'],
        window: [[1, 5], undefined, [0, 2, 0, 2]],
      },
    ]);
  });

  it('have the window between two points in Tucker form', async () => {
    const { nodes } = await rewritten(tucker);
    expect(nodes).toEqual([
      { name: 'layer/inputs', inputs: ['x', 'w_inputs'], outputs: ['y_inputs'], window: point },
      { name: 'layer/core', inputs: ['y_inputs', 'w_core'], outputs: ['y_core'], window: whole },
      { name: 'layer', inputs: ['y_core', 'w_outputs', 'b'], outputs: ['y'], window: point },
    ]);
  });
});
