import { afterAll, describe, expect, it } from '@jest/globals';
import { type Calibration, seededRandom } from '@onnx-compress/core';
import { float32Tensor, type Model, memoryTensor, present, readFloats, type Tensor } from '@onnx-compress/graph';
import { signalToNoiseDb } from '@onnx-compress/math';
import { buildModel, randomFloats, randomValues, runModel, samplesOf } from '@onnx-compress/test-kit';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import type { BlockOptions } from '../src/blocks/block-options.js';
import { int4Block } from '../src/index.js';
import { body, modelOf, op, typed, weight } from './support/proto-model.js';

afterAll(closeHost);

/** TensorProto.DataType of bool. */
const BOOL = 9;

interface Run {
  readonly calibration?: Calibration;
  readonly include?: readonly string[];
  readonly seed?: number;
}

async function blocked(
  original: Model,
  options: Partial<BlockOptions>,
  { calibration, include = [], seed = 0 }: Run = {},
) {
  const model = original.clone();
  const transform = int4Block.create(int4Block.options.parse(options), { include, skip: [] });
  const random = (stream: string) => seededRandom(seed, stream);
  const result = await transform.run(model, { ...runtimeContext(calibration), random });
  expect(model.validate()).toEqual([]);
  return { ...result, model };
}

const outputOf = async (model: Model, feeds: Record<string, Tensor>) =>
  readFloats(present((await runModel(model, feeds)).get('y'), 'y'));

/** Layers of each kind behind a convolution that makes its 12 outputs depend on three numbers. */
function dependentInputs(): Model {
  return buildModel({
    inputs: { x: ['float32', [1, 3, 8, 8]] },
    outputs: ['y'],
    weights: {
      spread: randomFloats([12, 3, 1, 1], 1),
      conv_w: randomFloats([16, 12, 3, 3], 2),
      grouped_w: randomFloats([32, 8, 3, 3], 3),
      matrix: randomFloats([6, 256], 4),
      pooled_w: randomFloats([32, 32, 1, 1], 6),
    },
    nodes: [
      { opType: 'Conv', name: 'spread', inputs: ['x', 'spread'], outputs: ['h'] },
      { opType: 'Conv', name: 'conv', inputs: ['h', 'conv_w'], outputs: ['c'] },
      {
        ...{ opType: 'Conv', name: 'grouped', inputs: ['c', 'grouped_w'], outputs: ['g'] },
        attributes: { group: { int: 2 }, pads: { ints: [1, 1, 1, 1] } },
      },
      { opType: 'MatMul', name: 'matmul', inputs: ['g', 'matrix'], outputs: ['m'] },
      { opType: 'GlobalAveragePool', name: 'pool', inputs: ['g'], outputs: ['p'] },
      { opType: 'Conv', name: 'pooled', inputs: ['p', 'pooled_w'], outputs: ['s'] },
      { opType: 'Mul', name: 'scale', inputs: ['m', 's'], outputs: ['y'] },
    ],
  });
}

/** Numbers whose mean is not zero. */
const inputs = (count: number, seed: number): readonly Tensor[] =>
  Array.from({ length: count }, (_, index) => {
    const values = Float32Array.from(randomValues(192, seed + index), (value) => value + 0.5);
    return float32Tensor([1, 3, 8, 8], values);
  });

/** What outputs lose on samples that nothing has seen, as energy. */
async function lossOf(original: Model, changed: Model): Promise<number> {
  let sum = 0;
  for (const x of inputs(6, 900)) {
    const given = await outputOf(changed, { x });
    for (const [at, value] of (await outputOf(original, { x })).entries()) {
      sum += (value - present(given[at], 'number')) ** 2;
    }
  }
  return sum;
}

describe('method=gptq', () => {
  const calibration = samplesOf('x', inputs(25, 20));

  it.each([true, false])('loses less on new samples in every layer that it keeps, symmetric: %s', async (symmetric) => {
    const original = dependentInputs();
    const options = { symmetric, biasCorrection: 'off' } as const;
    const { repairs = [], changed } = await blocked(original, { ...options, method: 'gptq' }, { calibration });
    const stored = changed.map(({ node }) => node);
    const kept = repairs.flatMap(({ node, reason }) => (reason === undefined && stored.includes(node) ? [node] : []));
    expect(kept).toEqual(expect.arrayContaining(['conv', 'grouped']));
    for (const label of kept) {
      const only = { calibration, include: [label] };
      const nearest = await blocked(original, options, only);
      const searched = await blocked(original, { ...options, method: 'gptq' }, only);
      expect(await lossOf(original, searched.model)).toBeLessThan(await lossOf(original, nearest.model));
    }
  });

  it('takes the bytes of the nearest integers', async () => {
    const original = dependentInputs();
    const bytes = async (method: BlockOptions['method']) => {
      const { changed } = await blocked(original, { method, biasCorrection: 'off' }, { calibration });
      return changed.map(({ node, bytesAfter }) => ({ node, bytesAfter }));
    };
    expect(await bytes('gptq')).toEqual(await bytes('rtn'));
  });

  it('judges a layer with one row for each sample by more than its deviations from the mean', async () => {
    const { repairs = [] } = await blocked(
      dependentInputs(),
      { method: 'gptq' },
      { calibration: samplesOf('x', inputs(6, 20)) },
    );
    const repair = repairs.find(({ node, method }) => node === 'pooled' && method === 'rounding');
    expect(repair?.errorBefore).toBeGreaterThan(0);
  });

  it.each(['gptq', 'awq'] as const)('%s asks for samples', async (method) => {
    await expect(blocked(dependentInputs(), { method })).rejects.toThrow(`method=${method} needs sample inputs`);
  });
});

const K = 64;
const N = 48;

const product = (w: Tensor): Model =>
  buildModel({
    inputs: { x: ['float32', ['m', K]] },
    outputs: ['y'],
    weights: { w },
    nodes: [{ opType: 'MatMul', name: 'layer', inputs: ['x', 'w'], outputs: ['y'] }],
  });

/** What makes the weight itself the output. */
const IDENTITY = {
  x: float32Tensor(
    [K, K],
    Float32Array.from({ length: K * K }, (_, at) => +(at % (K + 1) === 0)),
  ),
};

it.each([true, false])('method=hqq loses less but for outliers, symmetric: %s', async (symmetric) => {
  const original = product(randomFloats([K, N], 7));
  const wanted = await outputOf(original, IDENTITY);
  const lossWith = async (method: BlockOptions['method']) => {
    const { model } = await blocked(original, { method, symmetric });
    const given = await outputOf(model, IDENTITY);
    return wanted.reduce((sum, value, at) => sum + Math.abs(value - present(given[at], 'number')) ** 0.7, 0);
  };
  expect(await lossWith('hqq')).toBeLessThan(await lossWith('rtn'));
});

it('method=awq loses less where input channels differ in size', async () => {
  const sizes = Float32Array.from(
    { length: 48 },
    (_, at) => Math.sin(at + 1) * (Math.floor(at / 3) % 8 === 0 ? 30 : 1),
  );
  const original = buildModel({
    inputs: { x: ['float32', [1, 3, 8, 8]] },
    outputs: ['y'],
    weights: { first: float32Tensor([16, 3, 1, 1], sizes), second: randomFloats([32, 16, 1, 1], 9) },
    nodes: [
      { opType: 'Conv', name: 'first', inputs: ['x', 'first'], outputs: ['h'] },
      { opType: 'Relu', name: 'relu', inputs: ['h'], outputs: ['r'] },
      { opType: 'Conv', name: 'second', inputs: ['r', 'second'], outputs: ['y'] },
    ],
  });
  const run = { calibration: samplesOf('x', inputs(20, 40)), include: ['second', 'first'] };
  const nearest = await blocked(original, { method: 'rtn', biasCorrection: 'off', blockSize: 16 }, run);
  const scaled = await blocked(original, { method: 'awq', biasCorrection: 'off', blockSize: 16 }, run);
  expect(await lossOf(original, scaled.model)).toBeLessThan(0.9 * (await lossOf(original, nearest.model)));
});

describe('rounding=stochastic', () => {
  const w = randomFloats([K, N], 11);
  const weightWith = async (seed: number, options: Partial<BlockOptions>) =>
    outputOf((await blocked(product(w), { rounding: 'stochastic', ...options }, { seed })).model, IDENTITY);

  it.each([true, false])('is right on average, symmetric: %s', async (symmetric) => {
    const wanted = await readFloats(w);
    const sums = new Float64Array(wanted.length);
    const seeds = 60;
    for (let seed = 0; seed < seeds; seed++) {
      for (const [at, value] of (await weightWith(seed, { symmetric })).entries()) {
        sums[at] = present(sums[at], 'sum') + value / seeds;
      }
    }
    const one = signalToNoiseDb(wanted, await weightWith(0, { symmetric }));
    const mean = signalToNoiseDb(wanted, Float32Array.from(sums));
    expect(Math.abs(mean - one - 10 * Math.log10(seeds))).toBeLessThan(1);
  });

  it.each(['on', 'off'] as const)('gives the same integers for the same seed only, kernels: %s', async (kernels) => {
    expect(await weightWith(1, { kernels })).toEqual(await weightWith(1, { kernels }));
    expect(await weightWith(1, { kernels })).not.toEqual(await weightWith(2, { kernels }));
  });

  it('leaves the choice of integers to no one else', () => {
    const options = int4Block.options.parse({ method: 'gptq', rounding: 'stochastic' });
    expect(() => int4Block.create(options, { include: [], skip: [] })).toThrow('rounding=stochastic and method=gptq');
  });
});

it('corrects the biases of what it rounds', async () => {
  const original = dependentInputs();
  const calibration = samplesOf('x', inputs(25, 20));
  const { repairs = [] } = await blocked(original, {}, { calibration, include: ['conv'] });
  const repair = present(
    repairs.find(({ node }) => node === 'conv'),
    'repair',
  );
  expect(repair).toMatchObject({ method: 'mean' });
  expect(repair.reason).toBeUndefined();
  expect(repair.errorAfter).toBeLessThan(present(repair.errorBefore, 'error'));
  const plain = await blocked(original, { biasCorrection: 'off' }, { calibration, include: ['conv'] });
  expect(plain.repairs ?? []).toEqual([]);
});

describe('weights that several layers read, or bodies', () => {
  const x = randomFloats([5, K], 8);
  const calibration = samplesOf('x', [x, randomFloats([5, K], 9), randomFloats([5, K], 10)]);

  it.each(['rtn', 'gptq'] as const)('are stored once, method=%s', async (method) => {
    const original = buildModel({
      inputs: { x: ['float32', [5, K]] },
      outputs: ['y'],
      weights: { w: randomFloats([K, N], 12) },
      nodes: [
        { opType: 'MatMul', name: 'left', inputs: ['x', 'w'], outputs: ['p'] },
        { opType: 'Relu', inputs: ['x'], outputs: ['r'] },
        { opType: 'MatMul', name: 'right', inputs: ['r', 'w'], outputs: ['q'] },
        { opType: 'Add', inputs: ['p', 'q'], outputs: ['y'] },
      ],
    });
    const { changed, model } = await blocked(original, { method }, { calibration });
    expect(changed.map(({ node }) => node)).toEqual(['left', 'right']);
    expect(changed[1]).toMatchObject({ bytesBefore: 0, bytesAfter: 0 });
    expect(signalToNoiseDb(await outputOf(original, { x }), await outputOf(model, { x }))).toBeGreaterThan(15);
  });

  const branch = (name: string, seed: number, scale: string) =>
    body(name, {
      initializer: [weight('w', [K, N], seed)],
      node: [op('MatMul', [scale, 'w'], `${name}_y`)],
      output: [typed(`${name}_y`, [5, N])],
    });

  it.each([{}, { rounding: 'stochastic' }, { method: 'gptq' }] as const)(
    'keep their own numbers in branches that use the same name, %j',
    async (options) => {
      const original = await modelOf({
        input: [typed('c', [], BOOL), typed('x', [5, K])],
        output: [typed('y', [5, N])],
        node: [op('If', ['c'], 'y', { attribute: [branch('then_branch', 13, 'x'), branch('else_branch', 14, 'x')] })],
      });
      const condition = (value: number) => memoryTensor('bool', [], Uint8Array.of(value));
      const samples: Calibration = {
        count: 2,
        async *samples() {
          for (const value of [0, 1]) yield new Map([['x', x] as const, ['c', condition(value)] as const]);
        },
      };
      const { changed, model } = await blocked(original, options, { calibration: samples });
      expect(changed).toHaveLength(2);
      for (const value of [0, 1]) {
        const feeds = { c: condition(value), x };
        const wanted = await outputOf(original, feeds);
        expect(signalToNoiseDb(wanted, await outputOf(model, feeds))).toBeGreaterThan(15);
      }
    },
  );
});
