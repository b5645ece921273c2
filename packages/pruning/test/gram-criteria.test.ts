import { afterAll, describe, expect, it } from '@jest/globals';
import {
  type AttributeValue,
  float32Tensor,
  type NodeSpec,
  present,
  readFloats,
  type Tensor,
} from '@onnx-compress/graph';
import { inputGrams, linearLayer, readWeightMatrix } from '@onnx-compress/recovery';
import { buildModel, randomFloats, runModel } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { lossesAlone } from '../src/criteria/obd.js';
import { eliminationCosts } from '../src/criteria/obs.js';
import { contributionsOf } from '../src/grams/contributions.js';
import { errorWithout } from './error-without.js';
import { firstScores, judge, node, singleInput } from './sampled.js';
import { scoringContext } from './scored-groups.js';

afterAll(closeHost);

const CHANNELS = 4;
const SIZE = [7, 6];

interface Reader {
  readonly opType: string;
  /** Shape of the weight. */
  readonly dims: readonly number[];
  /** The axis of the weight that counts input channels. */
  readonly axis: number;
  /** Positions on that axis that belong to one channel. */
  readonly block?: number;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

interface Case {
  /** Nodes from `r`, the four channels, to `s`, what the readers read. */
  readonly between: readonly NodeSpec[];
  readonly readers: readonly Reader[];
  /** Units of the group; each is the same position of the axis in all readers. */
  readonly units: number;
}

const straight = [node('Identity', ['r'], 's')];

/** A 1x1 convolution into four channels, and the layers that read them. */
const net = ({ between, readers }: Case, weights: readonly Tensor[]) =>
  buildModel({
    inputs: { x: ['float32', ['N', 2, ...SIZE]] },
    outputs: readers.map((_, index) => `y${index}`),
    weights: {
      w: randomFloats([CHANNELS, 2, 1, 1], 1),
      d: randomFloats([CHANNELS, 1, 3, 3], 2),
      e: randomFloats([2, 2, 1, 1], 3),
      ...Object.fromEntries(weights.map((weight, index) => [`v${index}`, weight])),
    },
    nodes: [
      node('Conv', ['x', 'w'], 'h'),
      node('Relu', ['h'], 'r'),
      ...between,
      ...readers.map(({ opType, attributes }, index) => node(opType, ['s', `v${index}`], `y${index}`, attributes)),
    ],
  });

/** The weight with everything but one unit set to zero. */
async function onlyUnit({ axis, block = 1 }: Reader, weight: Tensor, kept: number): Promise<Tensor> {
  const inner = weight.dims.slice(axis + 1).reduce((product, size) => product * size, 1);
  const length = present(weight.dims[axis], 'axis');
  const values = Float32Array.from(await readFloats(weight), (value, index) =>
    Math.floor((Math.floor(index / inner) % length) / block) === kept ? value : 0,
  );
  return float32Tensor(weight.dims, values);
}

/** Sum of the squares of each output about the means of its channels. */
async function energies(own: Case, weights: readonly Tensor[], x: Tensor): Promise<readonly number[]> {
  const outputs = await runModel(net(own, weights), { x });
  return Promise.all(own.readers.map((_, index) => energy(present(outputs.get(`y${index}`), 'output'))));
}

async function energy(output: Tensor): Promise<number> {
  const [items = 1, channels = 1, ...rest] = output.dims;
  const positions = rest.reduce((product, size) => product * size, 1);
  const values = await readFloats(output);
  let sum = 0;
  for (let channel = 0; channel < channels; channel++) {
    const own = [...values].filter((_, index) => Math.floor(index / positions) % channels === channel);
    const mean = own.reduce((total, value) => total + value, 0) / (items * positions);
    sum += own.reduce((total, value) => total + (value - mean) ** 2, 0);
  }
  return sum;
}

const plain: Reader = { opType: 'Conv', dims: [3, 4, 1, 1], axis: 1 };
const kernel: Reader = { opType: 'Conv', dims: [3, 4, 3, 3], axis: 1 };
const depthwise = { group: { int: 4 }, pads: { ints: [1, 1, 1, 1] } };

const CASES: readonly (readonly [string, Case])[] = [
  ['a 1x1 convolution', { between: straight, readers: [plain], units: 4 }],
  ['a kernel', { between: straight, readers: [kernel], units: 4 }],
  [
    'strides, pads and dilations',
    {
      between: straight,
      readers: [
        {
          ...kernel,
          attributes: { strides: { ints: [2, 1] }, pads: { ints: [1, 0, 2, 1] }, dilations: { ints: [1, 2] } },
        },
      ],
      units: 4,
    },
  ],
  ['two readers', { between: straight, readers: [plain, kernel], units: 4 }],
  [
    'two groups, in which a unit is one channel of each',
    { between: straight, readers: [{ ...kernel, dims: [4, 2, 3, 3], attributes: { group: { int: 2 } } }], units: 2 },
  ],
  [
    'a linear layer behind Flatten, which reads 42 positions of a channel',
    {
      between: [node('Flatten', ['r'], 's', { axis: { int: 1 } })],
      readers: [{ opType: 'Gemm', dims: [4 * 42, 5], axis: 0, block: 42 }],
      units: 4,
    },
  ],
  [
    'channels of another layer beside them',
    {
      between: [node('Conv', ['x', 'e'], 'o'), node('Concat', ['r', 'o'], 's', { axis: { int: 1 } })],
      readers: [{ ...kernel, dims: [3, 6, 3, 3] }],
      units: 4,
    },
  ],
  [
    'a depthwise convolution in between',
    { between: [node('Conv', ['r', 'd'], 's', depthwise)], readers: [plain], units: 4 },
  ],
];

describe('obd', () => {
  it.each(CASES)('is half of the energy that a unit adds, as a part of all: %s', async (_, own) => {
    const weights = own.readers.map(({ dims }, index) => randomFloats(dims, 5 + index));
    const samples = [11, 12, 13].map((seed) => randomFloats([1, 2, ...SIZE], seed));
    const all = float32Tensor(
      [3, 2, ...SIZE],
      (await Promise.all(samples.map((x) => readFloats(x)))).flatMap((x) => [...x]),
    );
    const whole = await energies(own, weights, all);
    const expected: number[] = [];
    for (let unit = 0; unit < own.units; unit++) {
      const masked = await Promise.all(
        weights.map((weight, index) => onlyUnit(present(own.readers[index], 'reader'), weight, unit)),
      );
      const alone = await energies(own, masked, all);
      expected.push(alone.reduce((sum, value, index) => sum + value / (2 * (whole[index] ?? 0)), 0));
    }
    const scores = await firstScores(lossesAlone, net(own, weights), singleInput(samples));
    expect(scores).toEqual(expected.map((score) => expect.closeTo(score, 5)));
  });
});

describe('obs', () => {
  it.each(CASES)('scores every unit: %s', async (_, own) => {
    const weights = own.readers.map(({ dims }, index) => randomFloats(dims, 5 + index));
    const samples = singleInput([11, 12, 13].map((seed) => randomFloats([1, 2, ...SIZE], seed)));
    const scores = await firstScores(eliminationCosts(0), net(own, weights), samples);
    expect(scores).toHaveLength(own.units);
    for (const score of scores) expect(score).toBeGreaterThan(0);
  });
});

describe('obs on a layer that is too wide for it', () => {
  it('scales what is left of each channel as a whole', async () => {
    const [units, positions] = [3, 28 * 28];
    const model = buildModel({
      inputs: { x: ['float32', ['N', 2, 28, 28]] },
      outputs: ['y'],
      weights: { w: randomFloats([units, 2, 1, 1], 1), v: randomFloats([units * positions, 4], 2) },
      nodes: [
        node('Conv', ['x', 'w'], 'h'),
        node('Flatten', ['h'], 'f', { axis: { int: 1 } }),
        node('Gemm', ['f', 'v'], 'y'),
      ],
    });
    const samples = singleInput([1, 2, 3, 4].map((seed) => randomFloats([1, 2, 28, 28], seed)));
    const context = { ...scoringContext(0, model), calibration: samples };
    const layer = present(linearLayer(present(model.graph.value('y')?.producer, 'y')), 'y');
    const unitOfColumn = Int32Array.from({ length: layer.columns }, (_, column) => Math.floor(column / positions));
    let error = (_: readonly number[]) => Number.NaN;
    await inputGrams(model, [layer], context, async (_, grams) => {
      const { columns, products } = present(grams[0], 'gram');
      const weighing = { columns, products, weights: await readWeightMatrix(layer) };
      const { products: sums } = await contributionsOf(weighing, [{ units, unitOfColumn }], context);
      const gram = { rows: units, columns: units, mean: new Float64Array(units), products: present(sums[0], 'sums') };
      error = errorWithout(gram, new Float64Array(units).fill(1), 1);
    });
    const scores = await firstScores(eliminationCosts(0), model, samples);
    const order = [...scores.keys()].sort((one, other) => (scores[one] ?? 0) - (scores[other] ?? 0));
    expect(scores[order[0] ?? 0]).toBeCloseTo(Math.min(error([0]), error([1]), error([2])), 5);
    expect(scores[order[2] ?? 0]).toBeGreaterThan(0);
  });
});

describe('layers that are left whole', () => {
  it('are read by no linear layer', async () => {
    const model = buildModel({
      inputs: { x: ['float32', ['N', 2, ...SIZE]] },
      outputs: ['y'],
      weights: { w: randomFloats([CHANNELS, 2, 1, 1], 1) },
      nodes: [node('Conv', ['x', 'w'], 'h'), node('GlobalAveragePool', ['h'], 'p'), node('ReduceSum', ['p'], 'y')],
    });
    const [scores] = await judge(lossesAlone, model, singleInput([randomFloats([1, 2, ...SIZE], 3)]));
    expect(scores).toEqual({
      kind: 'unscored',
      reason: 'some of its channels are multiplied by no constant weight of an observable layer',
    });
  });

  it('are read by a layer whose matrix of products would be too large', async () => {
    const positions = 64 * 64;
    const model = buildModel({
      inputs: { x: ['float32', ['N', 1, 64, 64]] },
      outputs: ['y'],
      weights: { w: randomFloats([3, 1, 1, 1], 1), v: randomFloats([3 * positions, 2], 2) },
      nodes: [
        node('Conv', ['x', 'w'], 'h'),
        node('Flatten', ['h'], 'f', { axis: { int: 1 } }),
        node('Gemm', ['f', 'v'], 'y'),
      ],
    });
    const [scores] = await judge(lossesAlone, model, singleInput([randomFloats([1, 1, 64, 64], 3)]));
    expect(scores).toEqual({
      kind: 'unscored',
      reason: 'Gemm "y" computes each output from 12288 inputs, too many for a matrix of their products',
    });
  });
});
