import { afterAll, describe, expect, it } from '@jest/globals';
import { type AttributeValue, float32Tensor, present, readFloats, type Tensor } from '@onnx-compress/graph';
import { buildModel, randomFloats, runModel } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { inboundVariances } from '../src/criteria/inbound.js';
import { firstScores, singleInput } from './sampled.js';

afterAll(closeHost);

const CHANNELS = 4;
const SIZE = [7, 6];

interface Layer {
  readonly opType: string;
  /** Shape of the weight. */
  readonly dims: readonly number[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** A 1x1 convolution into four channels and the layer that reads them. */
const net = ({ opType, attributes }: Layer, weight: Tensor) =>
  buildModel({
    inputs: { x: ['float32', ['N', 2, ...SIZE]] },
    outputs: ['y'],
    weights: { w: randomFloats([CHANNELS, 2, 1, 1], 1), v: weight },
    nodes: [
      { opType: 'Conv', name: 'first', inputs: ['x', 'w'], outputs: ['h'] },
      { opType: 'Relu', name: 'relu', inputs: ['h'], outputs: ['r'] },
      { opType, name: 'second', inputs: ['r', 'v'], outputs: ['y'], attributes },
    ],
  });

/** The weight with everything but the connections of one channel of the weight's input axis set to zero. */
async function onlyInput(weight: Tensor, axis: number, kept: number): Promise<Tensor> {
  const inner = weight.dims.slice(axis + 1).reduce((product, size) => product * size, 1);
  const values = Float32Array.from(await readFloats(weight), (value, index) =>
    Math.floor(index / inner) % present(weight.dims[axis], 'axis') === kept ? value : 0,
  );
  return float32Tensor(weight.dims, values);
}

/** The norms of all output maps, one per filter. */
async function mapNorms(layer: Layer, weight: Tensor, sample: Tensor): Promise<readonly number[]> {
  const output = present((await runModel(net(layer, weight), { x: sample })).get('y'), 'y');
  const filters = present(output.dims[1], 'filters');
  const values = await readFloats(output);
  const size = values.length / filters;
  return Array.from({ length: filters }, (_, filter) =>
    Math.sqrt(values.subarray(filter * size, (filter + 1) * size).reduce((sum, value) => sum + value * value, 0)),
  );
}

const variance = (values: readonly number[]) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
};

const LAYERS: readonly (readonly [string, Layer])[] = [
  ['a plain kernel', { opType: 'Conv', dims: [3, 4, 3, 3], attributes: {} }],
  [
    'strides, pads and dilations',
    {
      opType: 'Conv',
      dims: [3, 4, 3, 2],
      attributes: { strides: { ints: [2, 1] }, pads: { ints: [1, 0, 2, 1] }, dilations: { ints: [1, 2] } },
    },
  ],
  [
    'a strided kernel of one position',
    { opType: 'Conv', dims: [3, 4, 1, 1], attributes: { strides: { ints: [2, 3] } } },
  ],
  ['automatic padding', { opType: 'Conv', dims: [3, 4, 3, 3], attributes: { auto_pad: { string: 'SAME_UPPER' } } }],
  [
    'a transposed convolution',
    {
      opType: 'ConvTranspose',
      dims: [4, 3, 3, 3],
      attributes: { strides: { ints: [2, 2] }, pads: { ints: [1, 1, 1, 1] } },
    },
  ],
];

describe('inbound', () => {
  it.each(LAYERS)('equals the norms of all maps computed one by one: %s', async (_, layer) => {
    const weight = randomFloats(layer.dims, 5);
    const samples = [11, 12, 13].map((seed) => randomFloats([1, 2, ...SIZE], seed));
    const axis = layer.opType === 'Conv' ? 1 : 0;
    const expected: number[] = [];
    for (let channel = 0; channel < CHANNELS; channel++) {
      const alone = await onlyInput(weight, axis, channel);
      const norms = await Promise.all(samples.map((sample) => mapNorms(layer, alone, sample)));
      const filters = present(norms[0], 'norms').keys();
      expected.push([...filters].reduce((sum, t) => sum + variance(norms.map((own) => own[t] ?? 0)), 0));
    }
    const scores = await firstScores(inboundVariances, net(layer, weight), singleInput(samples));
    expect(scores).toHaveLength(CHANNELS);
    for (const [channel, score] of scores.entries()) {
      expect(score / present(expected[channel], 'score')).toBeCloseTo(1, 3);
    }
  });

  it('adds up the groups of a grouped convolution, in which a channel of the weight is one of each group', async () => {
    const layer: Layer = { opType: 'Conv', dims: [2, 2, 3, 3], attributes: { group: { int: 2 } } };
    const weight = randomFloats(layer.dims, 5);
    const samples = [11, 12, 13].map((seed) => randomFloats([1, 2, ...SIZE], seed));
    const expected: number[] = [];
    for (let offset = 0; offset < 2; offset++) {
      const alone = await onlyInput(weight, 1, offset);
      const norms = await Promise.all(samples.map((sample) => mapNorms(layer, alone, sample)));
      expected.push([0, 1].reduce((sum, t) => sum + variance(norms.map((own) => own[t] ?? 0)), 0));
    }
    const scores = await firstScores(inboundVariances, net(layer, weight), singleInput(samples));
    expect(scores).toEqual(expected.map((score) => expect.closeTo(score, 3)));
  });
});
