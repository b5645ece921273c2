import { afterAll, describe, expect, it } from '@jest/globals';
import { floatsToTensor, type Model, present, readFloats } from '@onnx-compress/graph';
import { type LinearLayer, linearLayer, readWeightMatrix, writeWeightMatrix } from '@onnx-compress/recovery';
import { buildModel, randomFloats, relativeError, runModel, samplesOf } from '@onnx-compress/test-kit';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import { type Assignment, assignBySamples } from '../src/blocks/assignment/assign-by-samples.js';
import { hqqBlocks } from '../src/blocks/assignment/hqq-blocks.js';
import { scaleInputs } from '../src/blocks/assignment/scale-inputs.js';
import {
  type BlockFormat,
  type BlockWeight,
  blockLayout,
  nearestParameters,
  restoreBlocks,
  roundBlocks,
} from '../src/blocks/block-format.js';
import { findLayers } from '../src/layers/find-layers.js';
import { groupByWeight } from '../src/placement/weight-group.js';

afterAll(closeHost);

const FORMAT: BlockFormat = { bits: 4, blockSize: 16, symmetric: true, scaleType: 'float16' };
const LAYERS = ['conv', 'grouped', 'matmul', 'gemm'];

/** Layers of each kind behind a convolution that makes its 12 outputs depend on three numbers. */
function dependentInputs(): Model {
  return buildModel({
    inputs: { x: ['float32', [1, 3, 8, 8]] },
    outputs: ['y'],
    weights: {
      spread: randomFloats([12, 3, 1, 1], 1),
      conv_w: randomFloats([8, 12, 3, 3], 2),
      grouped_w: randomFloats([8, 4, 3, 3], 3),
      matrix: randomFloats([6, 10], 4),
      gemm_w: randomFloats([6, 480], 5),
    },
    nodes: [
      { opType: 'Conv', name: 'spread', inputs: ['x', 'spread'], outputs: ['h'] },
      { opType: 'Conv', name: 'conv', inputs: ['h', 'conv_w'], outputs: ['c'] },
      {
        ...{ opType: 'Conv', name: 'grouped', inputs: ['c', 'grouped_w'], outputs: ['g'] },
        attributes: { group: { int: 2 }, pads: { ints: [1, 1, 1, 1] } },
      },
      { opType: 'MatMul', name: 'matmul', inputs: ['g', 'matrix'], outputs: ['m'] },
      { opType: 'Flatten', name: 'flatten', inputs: ['m'], outputs: ['f'] },
      { opType: 'Gemm', name: 'gemm', inputs: ['f', 'gemm_w'], outputs: ['y'], attributes: { transB: { int: 1 } } },
    ],
  });
}

const samples = (count: number, seed: number) =>
  Array.from({ length: count }, (_, index) => randomFloats([1, 3, 8, 8], seed + index));

const groupsOf = (model: Model) => groupByWeight(findLayers(model, (label) => LAYERS.includes(label)).layers);

function layerOf(model: Model, label: string): LinearLayer {
  const node = model.graph.nodes.find((one) => one.label === label);
  return present(node && linearLayer(node), label);
}

async function nearestOf(layer: LinearLayer): Promise<Float32Array> {
  const subject = {
    matrix: Float32Array.from(await readWeightMatrix(layer)),
    ...{ rows: layer.outputs, columns: layer.columns },
  };
  const nearest = present(nearestParameters(subject.matrix, blockLayout(subject, FORMAT), FORMAT), 'parameters');
  return restoreBlocks({ ...subject, ...nearest }, roundBlocks(subject, FORMAT, nearest.parameters));
}

/** The energy of what the outputs lose on samples that nothing has seen, when one layer gets another weight. */
async function lossWith(label: string, weight: Float32Array): Promise<number> {
  const original = dependentInputs();
  const changed = original.clone();
  writeWeightMatrix(layerOf(changed, label), Float64Array.from(weight));
  let sum = 0;
  for (const x of samples(30, 900)) {
    const [before, after] = [await runModel(original, { x }), await runModel(changed, { x })];
    const expected = await readFloats(present(before.get('y'), 'y'));
    const given = await readFloats(present(after.get('y'), 'y'));
    for (const [at, value] of expected.entries()) sum += (value - present(given[at], 'value')) ** 2;
  }
  return sum;
}

function assigned(count: number): Promise<Assignment> {
  const model = dependentInputs();
  const context = runtimeContext(samplesOf('x', samples(count, 20)));
  return assignBySamples(model, groupsOf(model), FORMAT, { correctsBiases: false }, context);
}

const weightOf = ({ weights }: Assignment, name: string): BlockWeight => present(weights.get(name), name);

describe('GPTQ', () => {
  it('loses less than the nearest integers on new samples, on every layer that it keeps', async () => {
    const found = await assigned(40);
    const kept = found.repairs.filter(({ reason }) => reason === undefined).map(({ node }) => node);
    expect(kept).toEqual(expect.arrayContaining(['conv', 'grouped']));
    expect(found.weights.size).toBe(kept.length);
    for (const label of kept) {
      const layer = layerOf(dependentInputs(), label);
      const restored = restoreBlocks(weightOf(found, layer.weight.name));
      const nearest = await nearestOf(layer);
      expect(restored).not.toEqual(nearest);
      expect(await lossWith(label, restored)).toBeLessThan(await lossWith(label, nearest));
    }
  });

  it('loses less than half where inputs depend on each other', async () => {
    const found = await assigned(20);
    const restored = restoreBlocks(weightOf(found, 'conv_w'));
    const nearest = await nearestOf(layerOf(dependentInputs(), 'conv'));
    expect(await lossWith('conv', restored)).toBeLessThan((await lossWith('conv', nearest)) / 2);
  });

  it('tells for each layer what both lose on samples held out, and drops what does not help', async () => {
    const { weights, repairs } = await assigned(20);
    expect(repairs.map(({ node }) => node)).toEqual(LAYERS);
    for (const { node, method, errorBefore = 0, errorAfter = 0, reason } of repairs) {
      const { name } = layerOf(dependentInputs(), node).weight;
      expect(method).toBe('rounding');
      expect(errorAfter < errorBefore).toBe(reason === undefined);
      expect(weights.has(name)).toBe(reason === undefined);
    }
  });

  it('keeps half a byte for each number', async () => {
    const weight = weightOf(await assigned(20), 'conv_w');
    expect([weight.rows, weight.columns, weight.integers?.length]).toEqual([8, 108, 432]);
    expect(weight.parameters.scales).toHaveLength(8 * 7);
  });

  it('does nothing without samples', async () => {
    const model = dependentInputs();
    const found = await assignBySamples(model, groupsOf(model), FORMAT, { correctsBiases: true }, runtimeContext());
    expect([found.weights.size, found.repairs]).toEqual([0, []]);
  });
});

describe('half-quadratic quantization', () => {
  it('brings the weights of all layers closer by its own measure, without samples', async () => {
    const model = dependentInputs();
    for (const label of LAYERS) {
      const layer = layerOf(model, label);
      const matrix = Float32Array.from(await readWeightMatrix(layer));
      const subject = { matrix, rows: layer.outputs, columns: layer.columns };
      const weight = present(await hqqBlocks(subject, FORMAT, runtimeContext()), label);
      const restored = restoreBlocks(weight, roundBlocks(subject, FORMAT, weight.parameters));
      const loss = (other: Float32Array) =>
        matrix.reduce((sum, value, at) => sum + Math.abs(value - present(other[at], 'number')) ** 0.7, 0);
      expect(loss(restored)).toBeLessThan(loss(await nearestOf(layer)));
    }
  });

  it('leaves weights that are not finite alone', async () => {
    const subject = { matrix: Float32Array.of(1, Number.NaN), rows: 1, columns: 2 };
    expect(await hqqBlocks(subject, FORMAT, runtimeContext())).toBeUndefined();
  });
});

/** Two layers, the second of which reads channels of very different sizes. */
function unevenChannels(): Model {
  const sizes = floatsToTensor(
    'float32',
    [16, 3, 1, 1],
    Float32Array.from({ length: 48 }, (_, at) => Math.sin(at + 1) * (Math.floor(at / 3) % 8 === 0 ? 30 : 1)),
  );
  return buildModel({
    inputs: { x: ['float32', [1, 3, 8, 8]] },
    outputs: ['y'],
    weights: { first: sizes, second: randomFloats([8, 16, 1, 1], 9) },
    nodes: [
      { opType: 'Conv', name: 'first', inputs: ['x', 'first'], outputs: ['h'] },
      { opType: 'Relu', name: 'relu', inputs: ['h'], outputs: ['r'] },
      { opType: 'Conv', name: 'second', inputs: ['r', 'second'], outputs: ['y'] },
    ],
  });
}

async function outputOf(model: Model): Promise<Float32Array> {
  const [x] = samples(1, 700);
  return readFloats(present((await runModel(model, { x: present(x, 'sample') })).get('y'), 'y'));
}

describe('activation-aware scaling', () => {
  it('lets large channels lose less and leaves what the model computes', async () => {
    const model = unevenChannels();
    const before = await outputOf(model);
    const context = runtimeContext(samplesOf('x', samples(20, 40)));
    const [repair] = await scaleInputs(model, FORMAT, () => true, { correctsBiases: false }, context);
    expect(repair).toMatchObject({ node: 'first', method: 'rounding' });
    expect(repair?.reason).toBeUndefined();
    expect(repair?.errorAfter).toBeLessThan(0.9 * (repair?.errorBefore ?? 0));
    expect(relativeError(before, await outputOf(model))).toBeLessThan(1e-5);
    expect(await nearestLoss(model, before)).toBeLessThan(await nearestLoss(unevenChannels(), before));
  });

  it('does nothing without samples', async () => {
    expect(
      await scaleInputs(unevenChannels(), FORMAT, () => true, { correctsBiases: false }, runtimeContext()),
    ).toEqual([]);
  });
});

/** How far the output moves when the second layer is rounded to the nearest. */
async function nearestLoss(model: Model, before: Float32Array): Promise<number> {
  const rounded = model.clone();
  const layer = layerOf(rounded, 'second');
  writeWeightMatrix(layer, Float64Array.from(await nearestOf(layer)));
  return relativeError(before, await outputOf(rounded));
}
