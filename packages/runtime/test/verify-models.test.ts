import { afterAll, describe, expect, it } from '@jest/globals';
import {
  float32Tensor,
  int64Tensor,
  type Model,
  memoryTensor,
  modelBytes,
  readModel,
  type Tensor,
} from '@onnx-compress/graph';
import { buildModel, ifModelBytes, type ModelSpec, randomValues } from '@onnx-compress/test-kit';
import { createHost } from '../src/host/host.js';
import { chooseInputs } from '../src/verify/choose-inputs.js';
import { type VerificationOptions, type VerifiedModel, verifyModels } from '../src/verify/verify-models.js';

const host = createHost('worker');
afterAll(() => host.close());

const located = async (model: Model): Promise<VerifiedModel> => ({
  location: { bytes: await modelBytes(model) },
  model,
});

async function verified(before: Model, after: Model, options: Partial<VerificationOptions> = {}) {
  const original = await located(before);
  const inputs = await chooseInputs(host, original, { mode: 'fast', seed: 0 });
  return verifyModels(host, original, await located(after), inputs, { mode: 'fast', threads: 1, ...options });
}

const CHANNELS = 8;

interface NetOptions {
  readonly first?: Tensor;
  readonly second?: Tensor;
  readonly bias?: Tensor;
  readonly output?: string;
  readonly tail?: ModelSpec['nodes'];
}

const FIRST = randomValues(CHANNELS * 3 * 9, 1, 0.3);
const SECOND = randomValues(5 * CHANNELS, 2, 0.5);
const BIAS = randomValues(5, 3);

/** Conv, Relu, global pooling and a linear layer of 5 classes. */
function net({
  first = float32Tensor([CHANNELS, 3, 3, 3], FIRST),
  second = float32Tensor([CHANNELS, 5], SECOND),
  bias = float32Tensor([5], BIAS),
  output = 'scores',
  tail = [{ opType: 'Add', name: 'bias', inputs: ['product', 'b'], outputs: [output] }],
}: NetOptions = {}): Model {
  return buildModel({
    inputs: { image: ['float32', ['batch', 3, 12, 12]] },
    outputs: { [output]: ['float32', ['batch', 5]] },
    weights: { w1: first, w2: second, b: bias },
    nodes: [
      { opType: 'Conv', name: 'conv', inputs: ['image', 'w1'], outputs: ['maps'] },
      { opType: 'Relu', inputs: ['maps'], outputs: ['active'] },
      { opType: 'GlobalAveragePool', inputs: ['active'], outputs: ['pooled'] },
      { opType: 'Flatten', inputs: ['pooled'], outputs: ['features'] },
      { opType: 'MatMul', name: 'linear', inputs: ['features', 'w2'], outputs: ['product'] },
      ...tail,
    ],
  });
}

const filters = (kept: readonly number[]) =>
  float32Tensor(
    [kept.length, 3, 3, 3],
    kept.flatMap((channel) => [...FIRST.subarray(channel * 27, channel * 27 + 27)]),
  );
const rows = (kept: readonly number[]) =>
  float32Tensor(
    [kept.length, 5],
    kept.flatMap((row) => [...SECOND.subarray(row * 5, row * 5 + 5)]),
  );
const noisy = (scale: number) => {
  const noise = randomValues(SECOND.length, 9, scale);
  return float32Tensor(
    [CHANNELS, 5],
    SECOND.map((value, index) => value + (noise[index] ?? 0)),
  );
};

describe('a sound candidate', () => {
  it('that is the same model is exact', async () => {
    expect(await verified(net(), net(), { exact: true })).toEqual({
      status: 'ok',
      reasons: [],
      fidelity: 'exact',
      inputs: { source: 'random', count: 2, dims: { batch: 1 } },
      outputs: [{ name: 'scores', cosine: 1, snrDb: null, maxAbsError: 0, agreement: 1 }],
      cosine: 1,
      snrDb: null,
      agreement: 1,
      optimizationLevels: ['all', 'disabled'],
      warnings: [],
    });
  });

  it.each([
    [1e-8, 'exact'],
    [0.01, 'high'],
    [0.15, 'medium'],
    [20, 'low'],
  ])('with weight noise of %f has fidelity %s', async (scale, fidelity) => {
    const bias = float32Tensor([5], [0, 0, 0, 0, 0]);
    const result = await verified(net({ bias }), net({ bias, second: noisy(scale) }));
    expect(result).toMatchObject({ status: 'ok', fidelity });
  });

  it('may run on all samples, and says how many', async () => {
    const original = await located(net());
    const inputs = await chooseInputs(host, original, { mode: 'full', seed: 0 });
    let last = 0;
    const onSample = (done: number) => {
      last = done;
    };
    const result = await verifyModels(host, original, original, inputs, { mode: 'full', onSample });
    expect([result.inputs.count, last]).toEqual([16, 16]);
  });

  it('with fewer channels on both sides of the cut is sound, whatever its fidelity', async () => {
    const kept = [0, 2, 3, 5, 7];
    expect(await verified(net(), net({ first: filters(kept), second: rows(kept) }))).toMatchObject({ status: 'ok' });
  });
});

describe('a broken candidate fails', () => {
  it('when one consumer of removed channels was forgotten', async () => {
    const result = await verified(net(), net({ first: filters([0, 1, 2]) }));
    expect(result).toMatchObject({ status: 'failed', fidelity: 'low', outputs: [], cosine: null });
    expect(result.reasons).toEqual([expect.stringMatching(/does not (load|run) at optimization level 'all'/)]);
  });

  it('when channels and rows are cut one apart although the step is exact', async () => {
    const all = [...Array(CHANNELS).keys()];
    const shifted = [7, 0, 1, 2, 3, 4, 5, 6];
    const result = await verified(net(), net({ first: filters(shifted), second: rows(all) }), { exact: true });
    expect(result.reasons).toEqual([expect.stringContaining('every step is exact')]);
    expect(
      await verified(net(), net({ first: filters(shifted), second: rows(shifted) }), { exact: true }),
    ).toMatchObject({
      status: 'ok',
      fidelity: 'exact',
    });
  });

  it('when a weight is NaN', async () => {
    const bias = float32Tensor([5], [0, Number.NaN, 0, 0, 0]);
    const result = await verified(net(), net({ bias }));
    expect(result.reasons).toEqual([expect.stringContaining('"scores" has 2 values that are NaN or infinite')]);
    expect(result).toMatchObject({ fidelity: 'low', cosine: 0 });
  });

  it('when an output has another name', async () => {
    const { status, reasons } = await verified(net(), net({ output: 'logits' }));
    expect({ status, reasons }).toEqual({
      status: 'failed',
      reasons: ['output "scores" is missing', 'output "logits" is not in the original'],
    });
  });

  it('when an output has another type or rank', async () => {
    const cast = { opType: 'Cast', inputs: ['product'], outputs: ['scores'], attributes: { to: { int: 11 } } };
    const model = (outputs: ModelSpec['outputs'], nodes: ModelSpec['nodes']) =>
      buildModel({
        inputs: { x: ['float32', [1, 4]] },
        outputs,
        weights: { shape: int64Tensor([1], [4]) },
        nodes: [{ opType: 'Relu', inputs: ['x'], outputs: ['product'] }, ...nodes],
      });
    const before = model({ scores: ['float32', [1, 4]] }, [
      { opType: 'Identity', inputs: ['product'], outputs: ['scores'] },
    ]);
    const wider = model({ scores: ['float64', [1, 4]] }, [cast]);
    const flat = model({ scores: ['float32', [4]] }, [
      { opType: 'Reshape', inputs: ['product', 'shape'], outputs: ['scores'] },
    ]);
    expect((await verified(before, wider)).reasons).toEqual([expect.stringContaining('float64')]);
    expect((await verified(before, flat)).reasons).toEqual([expect.stringContaining('of rank 1')]);
  });

  it('when an output has another shape for the same inputs', async () => {
    const sliced = (end: number) =>
      buildModel({
        inputs: { x: ['float32', [1, 4]] },
        outputs: { y: ['float32', [undefined, undefined]] },
        weights: { start: int64Tensor([1], [0]), end: int64Tensor([1], [end]), axis: int64Tensor([1], [1]) },
        nodes: [{ opType: 'Slice', inputs: ['x', 'start', 'end', 'axis'], outputs: ['y'] }],
      });
    expect((await verified(sliced(4), sliced(3))).reasons).toEqual([
      'output "y" has shape [1, 3], the original [1, 4]',
    ]);
  });

  it('in a branch that only one value of an input takes', async () => {
    const before = await readModel(ifModelBytes());
    const after = await readModel(ifModelBytes());
    const [broken] = [...after.weights()].filter(({ name }) => name === 'else_weight');
    broken?.replace(float32Tensor(broken.tensor.dims, new Float32Array(16 * 8).fill(Number.NaN)));
    expect(await verified(before, before)).toMatchObject({ status: 'ok', fidelity: 'exact' });
    expect((await verified(before, after)).reasons).toEqual([expect.stringContaining('NaN or infinite')]);
  });
});

describe('outputs that are no scores', () => {
  const single = (nodes: ModelSpec['nodes'], weights: ModelSpec['weights'] = {}) =>
    buildModel({ inputs: { x: ['float32', [2, 3]] }, outputs: ['y'], weights, nodes });

  it.each([
    ['zeros', single([{ opType: 'Mul', inputs: ['x', 'zero'], outputs: ['y'] }], { zero: float32Tensor([], [0]) })],
    ['integers', single([{ opType: 'ArgMax', inputs: ['x'], outputs: ['y'] }])],
    ['bools', single([{ opType: 'Greater', inputs: ['x', 'zero'], outputs: ['y'] }], { zero: float32Tensor([], [0]) })],
    ['strings', single([{ opType: 'Cast', inputs: ['x'], outputs: ['y'], attributes: { to: { int: 8 } } }])],
    ['sizes that depend on values', single([{ opType: 'NonZero', inputs: ['x'], outputs: ['y'] }])],
    ['values that are not finite in the original either', single([{ opType: 'Log', inputs: ['x'], outputs: ['y'] }])],
    [
      'nothing at all',
      single([{ opType: 'Slice', inputs: ['x', 'zero', 'zero'], outputs: ['y'] }], { zero: int64Tensor([1], [0]) }),
    ],
  ])('%s are equal to themselves', async (_name, model) => {
    const result = await verified(model, model, { exact: true });
    expect(result).toMatchObject({ status: 'ok', reasons: [], fidelity: 'exact', cosine: 1, snrDb: null });
    expect(result).not.toHaveProperty('agreement');
  });

  it('may change in size where it depends on values, with a warning', async () => {
    const positive = (limit: number) =>
      single(
        [
          { opType: 'Greater', inputs: ['x', 'limit'], outputs: ['hit'] },
          { opType: 'NonZero', inputs: ['hit'], outputs: ['y'] },
        ],
        { limit: float32Tensor([], [limit]) },
      );
    const result = await verified(positive(-9), positive(9));
    expect(result).toMatchObject({ status: 'ok', fidelity: 'low', warnings: [expect.stringContaining('size')] });
  });
});

describe('an output without a signal', () => {
  it('is sound, and said to prove nothing', async () => {
    const vanishing = (scale: number) =>
      buildModel({
        inputs: { x: ['float32', [1, 8]] },
        outputs: { y: ['float32', [1, 8]] },
        weights: { s: float32Tensor([1], [scale]) },
        nodes: [{ opType: 'Mul', inputs: ['x', 's'], outputs: ['y'] }],
      });
    const result = await verified(vanishing(5e-8), vanishing(-5e-8));
    expect(result).toMatchObject({ status: 'ok', warnings: [expect.stringMatching(/zero but for rounding.*--calib/)] });
    expect(result.fidelity).not.toBe('exact');
  });
});

describe('an original that draws random numbers', () => {
  const noisy = (output: string, bias: number) =>
    buildModel({
      inputs: { x: ['float32', [1, 8]] },
      outputs: { [output]: ['float32', [1, 8]], shifted: ['float32', [1, 8]] },
      weights: { b: float32Tensor([1], [bias]) },
      nodes: [
        { opType: 'RandomNormalLike', inputs: ['x'], outputs: ['noise'], attributes: { seed: { float: 7 } } },
        { opType: 'Add', inputs: ['x', 'noise'], outputs: [output] },
        { opType: 'Add', inputs: ['x', 'b'], outputs: ['shifted'] },
      ],
    });

  it('is compared on the outputs that it repeats', async () => {
    const result = await verified(noisy('y', 1), noisy('y', 1), { exact: true });
    expect(result).toMatchObject({ status: 'ok', fidelity: 'exact', reasons: [] });
    expect(result.outputs.map(({ name }) => name)).toEqual(['shifted']);
    expect(result.warnings).toEqual([expect.stringMatching(/other values in every run: "y"/)]);
  });

  it('does not hide that another output changed', async () => {
    const result = await verified(noisy('y', 1), noisy('y', 2), { exact: true });
    expect(result).toMatchObject({ status: 'failed', reasons: [expect.stringContaining('"shifted" changed by')] });
  });
});

describe('an original that does not run', () => {
  it('because no input fits points to --input and --dim', async () => {
    const model = buildModel({
      inputs: { x: ['float32', [1, 3]] },
      outputs: { y: ['float32', [undefined]] },
      weights: { shape: int64Tensor([1], [7]), flat: int64Tensor([1], [-1]) },
      nodes: [
        { opType: 'NonZero', inputs: ['x'], outputs: ['where'] },
        { opType: 'Reshape', inputs: ['where', 'flat'], outputs: ['line'] },
        { opType: 'Reshape', inputs: ['line', 'shape'], outputs: ['seven'] },
        { opType: 'Cast', inputs: ['seven'], outputs: ['y'], attributes: { to: { int: 1 } } },
      ],
    });
    await expect(verified(model, model)).rejects.toMatchObject({
      exitCode: 3,
      code: 'ORIGINAL_DOES_NOT_RUN',
      hint: expect.stringMatching(/--input.*--dim.*--verify off/),
    });
  });

  it('because onnxruntime does not know an operator points to --verify off', async () => {
    const model = buildModel({
      opsets: { 'my.domain': 1 },
      inputs: { x: ['float32', [1]] },
      outputs: { y: ['float32', [1]] },
      nodes: [{ opType: 'Secret', domain: 'my.domain', inputs: ['x'], outputs: ['y'] }],
    });
    await expect(verified(model, model)).rejects.toMatchObject({
      exitCode: 3,
      hint: expect.stringContaining('--verify off'),
    });
  });
});

describe('quantized candidates', () => {
  const WIDTH = 64;
  const LAYERS = 4;
  const names = [...Array(LAYERS).keys()];
  const weights = names.map((layer) => randomValues(WIDTH * WIDTH, layer + 1, 1 / Math.sqrt(WIDTH / 2)));

  const perceptron = (): Model =>
    buildModel({
      opset: 21,
      irVersion: 10,
      inputs: { x0: ['float32', ['n', WIDTH]] },
      outputs: [`x${LAYERS}`],
      weights: Object.fromEntries(weights.map((values, layer) => [`w${layer}`, float32Tensor([WIDTH, WIDTH], values)])),
      nodes: names.flatMap((layer) => [
        { opType: 'MatMul', inputs: [`x${layer}`, `w${layer}`], outputs: [`p${layer}`] },
        { opType: 'Relu', inputs: [`p${layer}`], outputs: [`x${layer + 1}`] },
      ]),
    });

  it('agree with themselves within the tolerance, at all levels', async () => {
    const quantized = perceptron();
    for (const [layer, values] of weights.entries()) {
      const scale = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / 127;
      const bytes = new Uint8Array(Int8Array.from(values, (value) => Math.round(value / scale)).buffer);
      const { graph } = quantized;
      const [product] = graph.nodes.filter((node) => node.outputs.includes(`p${layer}`));
      graph.addWeight(`q${layer}`, memoryTensor('int8', [WIDTH, WIDTH], bytes));
      graph.addWeight(`s${layer}`, float32Tensor([], [scale]));
      if (product === undefined) throw new Error('no product');
      graph.addNode(
        { opType: 'DequantizeLinear', inputs: [`q${layer}`, `s${layer}`], outputs: [`d${layer}`] },
        { before: product },
      );
      product.setInput(1, `d${layer}`);
    }
    const result = await verified(perceptron(), quantized);
    expect(result).toMatchObject({ status: 'ok', reasons: [], fidelity: 'high' });
  });
});
