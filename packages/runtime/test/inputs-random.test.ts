import { afterAll, describe, expect, it } from '@jest/globals';
import { float32Tensor, int64Tensor, type Model, modelBytes } from '@onnx-compress/graph';
import { openModel } from '@onnx-compress/graph/node';
import { buildModel, describeZoo, randomFloats } from '@onnx-compress/test-kit';
import { createHost } from '../src/host/host.js';
import { isNumeric } from '../src/host/value-types.js';
import { parseDims } from '../src/inputs/assignments.js';
import { numbers } from '../src/inputs/convert.js';
import { readFixedInputs } from '../src/inputs/fixed-inputs.js';
import { type HostFeeds, inputSpecs } from '../src/inputs/input-spec.js';
import { type RandomInputOptions, randomInputs } from '../src/inputs/random-inputs.js';
import { sampleCount } from '../src/inputs/sample-size.js';
import { chooseInputs } from '../src/verify/choose-inputs.js';

const host = createHost('worker');
afterAll(() => host.close());

async function generated(model: Model, options: Partial<RandomInputOptions> = {}) {
  const session = await host.open({ bytes: await modelBytes(model) }, { optimization: 'disabled' });
  try {
    const inputs = await randomInputs(model, session, { seed: 0, count: 4, ...options });
    const feeds: HostFeeds[] = [];
    for await (const sample of inputs.samples()) feeds.push(sample);
    return { ...inputs, feeds };
  } finally {
    await session.release();
  }
}

function valuesOf(feeds: HostFeeds, name: string): number[] {
  const tensor = feeds.get(name);
  if (tensor === undefined || tensor.dataType === 'string' || !isNumeric(tensor.dataType)) return [];
  return Array.from(numbers(tensor.dataType, tensor.bytes), Number);
}

const lookup = buildModel({
  inputs: { ids: ['int64', ['batch', 'tokens']] },
  outputs: ['y'],
  weights: { table: randomFloats([7, 3], 1) },
  nodes: [{ opType: 'Gather', inputs: ['table', 'ids'], outputs: ['y'] }],
});

const rated = (comparison: string, constant: number) =>
  buildModel({
    inputs: { x: ['float32', [1, 2]], sr: ['int64', []] },
    outputs: ['y', 'hit'],
    weights: { wanted: int64Tensor([], [constant]) },
    nodes: [
      { opType: 'Identity', inputs: ['x'], outputs: ['y'] },
      { opType: comparison, inputs: ['sr', 'wanted'], outputs: ['hit'] },
    ],
  });

describe('random inputs', () => {
  it('are the same for the same seed, and others for another', async () => {
    const values = async (seed: number) =>
      (await generated(lookup, { seed })).feeds.map((feeds) => valuesOf(feeds, 'ids'));
    expect(await values(3)).toEqual(await values(3));
    expect(await values(3)).not.toEqual(await values(4));
  });

  it('stay within the table that they index', async () => {
    const { feeds, dims } = await generated(lookup, { count: 20 });
    const seen = new Set(feeds.flatMap((sample) => valuesOf(sample, 'ids')));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(dims).toEqual({ batch: 1, tokens: 16 });
  });

  it('follow an index through casts and reshapes', async () => {
    const model = buildModel({
      inputs: { ids: ['float32', [1, 4]] },
      outputs: ['y'],
      weights: { table: randomFloats([3, 2], 1), shape: int64Tensor([1], [4]) },
      nodes: [
        { opType: 'Reshape', inputs: ['ids', 'shape'], outputs: ['flat'] },
        { opType: 'Cast', inputs: ['flat'], outputs: ['whole'], attributes: { to: { int: 7 } } },
        { opType: 'Gather', inputs: ['table', 'whole'], outputs: ['y'] },
      ],
    });
    const { feeds } = await generated(model, { count: 10 });
    expect(new Set(feeds.flatMap((sample) => valuesOf(sample, 'ids')))).toEqual(new Set([0, 1, 2]));
  });

  it('know a one-hot vector spelled as a comparison with 0 to n - 1', async () => {
    const model = buildModel({
      inputs: { ids: ['int64', [1, 5, 1]] },
      outputs: ['y'],
      weights: { classes: int64Tensor([1, 1, 4], [0, 1, 2, 3]) },
      nodes: [{ opType: 'Equal', inputs: ['ids', 'classes'], outputs: ['y'] }],
    });
    const { feeds } = await generated(model, { count: 10 });
    expect(Math.max(...feeds.flatMap((sample) => valuesOf(sample, 'ids')))).toBe(3);
  });

  it.each([
    ['Equal', 16000, [16000, 8000]],
    ['Equal', 0, [0, 1]],
    ['Less', 10, [10, 11, 9]],
  ])('take both sides of %s %i', async (comparison, constant, expected) => {
    const { feeds, variants } = await generated(rated(comparison, constant), { count: 1 });
    expect(variants).toBe(expected.length);
    expect(feeds.flatMap((sample) => valuesOf(sample, 'sr'))).toEqual(expected);
  });

  it('make values of every type that Node.js can pass', async () => {
    const types = [
      'float16',
      'float64',
      'int8',
      'uint8',
      'int16',
      'uint16',
      'int32',
      'uint32',
      'int64',
      'uint64',
    ] as const;
    const model = buildModel({
      inputs: {
        ...Object.fromEntries(types.map((type) => [type, [type, [1, 3]] as const])),
        flag: ['bool', [1, 3]],
        text: ['string', [1, 3]],
      },
      outputs: [...types, 'flag', 'text'].map((name) => `${name}_out`),
      nodes: [...types, 'flag', 'text'].map((name) => ({
        opType: 'Identity',
        inputs: [name],
        outputs: [`${name}_out`],
      })),
    });
    const { feeds } = await generated(model, { count: 1 });
    const shapes = feeds.flatMap((sample) => [...sample.values()].map(({ dims }) => dims));
    expect(shapes).toEqual(new Array(12).fill([1, 3]));
  });

  it('obey --input and --dim', async () => {
    const fixed = await readFixedInputs(['ids=5'], inputSpecs(lookup));
    const { feeds, dims } = await generated(lookup, { fixed, dims: parseDims(['tokens=3']), count: 1 });
    expect(feeds.map((sample) => valuesOf(sample, 'ids'))).toEqual([[5, 5, 5]]);
    expect(dims).toEqual({ batch: 1, tokens: 3 });
  });

  it('name the symbols of the model when --dim has another', async () => {
    await expect(generated(lookup, { dims: parseDims(['tokes=3']) })).rejects.toMatchObject({
      code: 'DIM_UNKNOWN',
      exitCode: 2,
      hint: expect.stringContaining('batch, tokens'),
    });
  });

  it.each(['batch', 'batch=0', 'batch=-1', 'batch=1.5', 'batch=two'])('refuse --dim %s', (text) => {
    expect(() => parseDims([text])).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  it('refuse a dimension given twice', () => {
    expect(() => parseDims(['n=1', 'n=2'])).toThrow(expect.objectContaining({ code: 'GIVEN_TWICE' }));
  });
});

describe('sizes of open dimensions', () => {
  const reshaping = (multiple: number) =>
    buildModel({
      inputs: { x: ['float32', ['n', 3, 'height', 'width']] },
      outputs: ['y'],
      weights: { shape: int64Tensor([4], [0, 0, -1, multiple]) },
      nodes: [{ opType: 'Reshape', inputs: ['x', 'shape'], outputs: ['y'] }],
    });

  it('are the first with which the model runs', async () => {
    expect((await generated(reshaping(32))).dims).toEqual({ n: 1, height: 64, width: 64 });
    expect((await generated(reshaping(49))).dims).toEqual({ n: 1, height: 224, width: 224 });
  });

  it('may differ: the batch of a state is 1 although it is not on the first axis', async () => {
    const model = buildModel({
      inputs: { x: ['float32', [undefined, undefined]], state: ['float32', [2, undefined, 1]] },
      outputs: ['y'],
      weights: {
        shape: int64Tensor([1], [2]),
        kernel: float32Tensor([1, 1, 200], new Float32Array(200)),
        one: int64Tensor([1], [1]),
      },
      nodes: [
        { opType: 'Reshape', inputs: ['state', 'shape'], outputs: ['pair'] },
        { opType: 'Unsqueeze', inputs: ['x', 'one'], outputs: ['signal'] },
        { opType: 'Conv', inputs: ['signal', 'kernel'], outputs: ['filtered'] },
        { opType: 'ReduceMax', inputs: ['filtered'], outputs: ['loudest'], attributes: { keepdims: { int: 0 } } },
        { opType: 'Add', inputs: ['pair', 'loudest'], outputs: ['y'] },
      ],
    });
    expect((await generated(model)).dims).toEqual({ 'x[0]': 1, 'x[1]': 256, 'state[1]': 1 });
  });

  it('are never so large that a sample does not fit into memory', async () => {
    const axes = Array.from({ length: 9 }, (_, axis) => `d${axis}`);
    const model = buildModel({
      inputs: { x: ['float32', axes] },
      outputs: ['y'],
      nodes: [{ opType: 'Relu', inputs: ['x'], outputs: ['y'] }],
    });
    const { feeds } = await generated(model, { count: 1 });
    expect(feeds.map((sample) => sample.get('x')?.dims)).toEqual([new Array(9).fill(1)]);
  });

  it('let fewer samples be made where they are large, but two at least', () => {
    const counts = [2 ** 10, 2 ** 23, 2 ** 25].map((size) =>
      sampleCount([{ name: 'x', dataType: 'float32', dims: ['n', size] }], new Map([['n', 1]]), 16),
    );
    expect(counts).toEqual([16, 4, 2]);
    expect(sampleCount([], new Map(), 16)).toBe(16);
  });

  it('are refused where the model itself fixes them too large', async () => {
    const model = buildModel({
      inputs: { x: ['float32', [1, 3, 2 ** 16, 2 ** 16]] },
      outputs: ['y'],
      nodes: [{ opType: 'Relu', inputs: ['x'], outputs: ['y'] }],
    });
    await expect(generated(model)).rejects.toMatchObject({
      exitCode: 3,
      code: 'INPUT_TOO_LARGE',
      message: 'Input "x" of shape [1, 3, 65536, 65536] is too large for random values',
    });
  });

  it('end in an error of onnxruntime when none is right', async () => {
    await expect(generated(reshaping(1000))).rejects.toMatchObject({ exitCode: 3, code: 'RUNTIME_RUN' });
  });
});

describeZoo('random inputs of real models', (paths) => {
  it.each(paths)('%s runs without help', async (path) => {
    const model = await openModel(path);
    const inputs = await chooseInputs(host, { location: { path }, model }, { mode: 'fast', seed: 0 });
    await model.close();
    expect(inputs.variants).toBe(path.includes('silero') ? 2 : 1);
  });
});
