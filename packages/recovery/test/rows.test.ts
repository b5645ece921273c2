import { afterAll, describe, expect, it } from '@jest/globals';
import { CancelledError, type Matrix, type Random, seededRandom } from '@onnx-compress/core';
import { float32Tensor, floatsToTensor, type Model, present } from '@onnx-compress/graph';
import { buildModel, randomFloats, relativeError } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { type LinearLayer, linearLayer } from '../src/layers/linear-layer.js';
import { perChannelConstant } from '../src/layers/per-channel-constant.js';
import { readWeightMatrix } from '../src/layers/weight-matrix.js';
import { collectRows } from '../src/rows/collect-rows.js';
import type { Wanted } from '../src/rows/wanted.js';
import { type LayerModel, randomConv, randomConvTranspose, randomGemm, randomMatMul } from './rows-random-layers.js';
import { samplingOf } from './rows-sampling.js';

afterAll(closeHost);

function layerIn(model: Model, opType: string): LinearLayer {
  const node = present(
    model.graph.nodes.find((each) => each.opType === opType),
    opType,
  );
  return present(linearLayer(node), 'layer');
}

/** The rows that the layer gives for these input rows. */
async function outputsOf(layer: LinearLayer, inputs: Matrix): Promise<Float32Array> {
  const { outputs, columns, node } = layer;
  const { groups } = layer.contraction;
  const weight = await readWeightMatrix(layer);
  const bias = node.input(2) === undefined ? undefined : await perChannelConstant(node.input(2), outputs);
  const result = new Float32Array(inputs.rows * outputs);
  for (const at of result.keys()) {
    const [row, output] = [Math.floor(at / outputs), at % outputs];
    const first = row * inputs.columns + Math.floor(output / (outputs / groups)) * columns;
    let sum = bias?.[output] ?? 0;
    for (let column = 0; column < columns; column++)
      sum += (weight[output * columns + column] ?? 0) * (inputs.values[first + column] ?? 0);
    result[at] = sum;
  }
  return result;
}

/** The rows of the layer's output, seen directly and computed from the rows of its inputs. */
async function bothWays({ model, opType, shapes, outputRank, outputAxis }: LayerModel, positions: number) {
  const layer = layerIn(model, opType);
  const samples = shapes.map((shape, index) => new Map([['x', randomFloats(shape, index)]]));
  const wanted: readonly Wanted[] = [
    { kind: 'inputs', layer, positions },
    { kind: 'channels', value: 'y', axis: outputAxis, rank: outputRank, positions },
  ];
  const [inputs, outputs] = await collectRows(model, wanted, samplingOf(samples));
  return { seen: present(outputs, 'outputs'), computed: await outputsOf(layer, present(inputs, 'inputs')) };
}

const KINDS: readonly (readonly [string, (random: Random) => LayerModel, number])[] = [
  ['Conv', randomConv, 40],
  ['ConvTranspose', randomConvTranspose, 12],
  ['Gemm', randomGemm, 6],
  ['MatMul', randomMatMul, 8],
];

describe('rows of a layer', () => {
  it.each(KINDS)('times the weight of a %s are the rows of its output', async (_kind, make, cases) => {
    for (let seed = 0; seed < cases; seed++) {
      const random = seededRandom(seed, 'layers');
      const made = make(random);
      const { seen, computed } = await bothWays(made, 1 + random.integer(12));
      const error = relativeError(seen.values, computed);
      if (!(error < 1e-5) || seen.rows === 0) throw new Error(`seed ${seed}: ${error} ${made.description}`);
    }
  });

  it.each(['float16', 'float64'] as const)('are single precision for a layer in %s', async (dataType) => {
    const model = buildModel({
      inputs: { x: [dataType, [1, 1, 2]] },
      outputs: ['y'],
      weights: { w: floatsToTensor(dataType, [2, 1], Float32Array.of(1, 1)) },
      nodes: [{ opType: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
    });
    const feeds = new Map([['x', floatsToTensor(dataType, [1, 1, 2], Float32Array.of(0.5, -2))]]);
    const wanted: Wanted = { kind: 'inputs', layer: layerIn(model, 'MatMul'), positions: 1 };
    const [rows] = await collectRows(model, [wanted], samplingOf([feeds]));
    expect(rows).toEqual({ rows: 1, columns: 2, values: Float32Array.of(0.5, -2) });
  });
});

/** Passes x, [items, 1, positions], on as y, and as z with other lengths: only every second position. */
const series = buildModel({
  inputs: { x: ['float32', ['items', 1, 'length']] },
  outputs: ['y', 'z'],
  weights: { once: float32Tensor([1, 1, 1], [1]) },
  nodes: [
    { opType: 'Neg', inputs: ['x'], outputs: ['y'] },
    { opType: 'Conv', inputs: ['x', 'once'], outputs: ['z'], attributes: { strides: { ints: [2] } } },
  ],
});

/** A sample whose elements are their own positions; those of the second item are 1000 more. */
function counting(items: number, length: number) {
  const values = Array.from({ length: items * length }, (_, at) => 1000 * Math.floor(at / length) + (at % length));
  return new Map([['x', float32Tensor([items, 1, length], values)]]);
}

const channels = (value: string, positions: number): Wanted => ({
  kind: 'channels',
  value,
  axis: 1,
  rank: 3,
  positions,
});

const numbers = (matrix: Matrix | undefined) => [...present(matrix, 'matrix').values];

describe('sampled positions', () => {
  it('lie in blocks of equal size, anew in each sample, and alike in all items of a sample', async () => {
    const [rows] = await collectRows(series, [channels('x', 4)], samplingOf([counting(2, 4000), counting(1, 4000)]));
    const found = numbers(rows);
    expect(found.map((position, row) => Math.floor((position - (row >= 4 && row < 8 ? 1000 : 0)) / 1000))).toEqual([
      0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3,
    ]);
    expect(found.slice(4, 8)).toEqual(found.slice(0, 4).map((position) => position + 1000));
    expect(found.slice(8)).not.toEqual(found.slice(0, 4));
  });

  it('are the same in every call and for every value', async () => {
    const samples = [counting(1, 5000), counting(1, 5000)];
    const [first] = await collectRows(series, [channels('x', 7)], samplingOf(samples));
    const again = await collectRows(series, [channels('y', 50), channels('y', 7)], samplingOf(samples));
    expect(numbers(again[1])).toEqual(numbers(first).map((position) => -position));
  });

  it('are others with another seed', async () => {
    const [first] = await collectRows(series, [channels('x', 7)], samplingOf([counting(1, 5000)], 1));
    const [second] = await collectRows(series, [channels('x', 7)], samplingOf([counting(1, 5000)], 2));
    expect(numbers(first)).not.toEqual(numbers(second));
  });

  it('are all positions in order where there are no more, in samples of any size', async () => {
    const [rows] = await collectRows(series, [channels('x', 3)], samplingOf([counting(2, 2), counting(1, 3)]));
    expect(numbers(rows)).toEqual([0, 1, 1000, 1001, 0, 1, 2]);
  });

  it('are those of the output of a layer', async () => {
    const wanted: Wanted = { kind: 'inputs', layer: layerIn(series, 'Conv'), positions: 9 };
    const [rows] = await collectRows(series, [wanted], samplingOf([counting(1, 6)]));
    expect(numbers(rows)).toEqual([0, 2, 4]);
  });
});

describe('collecting rows', () => {
  it('finds channels on any axis', async () => {
    const model = buildModel({
      inputs: { x: ['float32', [2, 3, 2, 2]] },
      outputs: ['y'],
      nodes: [{ opType: 'Neg', inputs: ['x'], outputs: ['y'] }],
    });
    const feeds = new Map([['x', float32Tensor([2, 3, 2, 2], [...Array(24).keys()])]]);
    const wanted = [1, 2, 3].map((axis): Wanted => ({ kind: 'channels', value: 'x', axis, rank: 4, positions: 100 }));
    const matrices = await collectRows(model, wanted, samplingOf([feeds]));
    expect(matrices.map(({ rows, columns }) => [rows, columns])).toEqual([
      [8, 3],
      [12, 2],
      [12, 2],
    ]);
    expect(matrices.map((matrix) => numbers(matrix).slice(0, 6))).toEqual([
      [0, 4, 8, 1, 5, 9],
      [0, 2, 1, 3, 4, 6],
      [0, 1, 2, 3, 4, 5],
    ]);
  });

  it('runs nothing when nothing is wanted', async () => {
    const sampling = samplingOf([]);
    const runs = { run: () => Promise.reject(new Error('ran')) };
    expect(await collectRows(series, [], { ...sampling, runs })).toEqual([]);
  });

  it('leaves the model alone and tells of each sample', async () => {
    let samples = 0;
    const onSample = () => samples++;
    await collectRows(series, [channels('x', 1)], { ...samplingOf([counting(1, 2), counting(1, 2)]), onSample });
    expect(samples).toBe(2);
    expect(series.graph.inputs.map(({ name }) => name)).toEqual(['x']);
  });

  it('stops when cancelled', async () => {
    const cancelling = new AbortController();
    const sampling = {
      ...samplingOf([counting(1, 2), counting(1, 2)]),
      signal: cancelling.signal,
      onSample: () => cancelling.abort(),
    };
    await expect(collectRows(series, [channels('x', 1)], sampling)).rejects.toThrow(CancelledError);
  });
});
