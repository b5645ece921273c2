import { afterAll, describe, expect, it } from '@jest/globals';
import {
  float32Tensor,
  int64Tensor,
  type Model,
  memoryTensor,
  present,
  readFloats,
  type Tensor,
} from '@onnx-compress/graph';
import { buildModel, randomFloats, runModel, samplesOf } from '@onnx-compress/test-kit';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import { uint8Asym } from '../src/index.js';
import { quantized } from './support/context.js';
import { fidelityDb, floatsOf } from './support/fidelity.js';
import { optimizedOperators } from './support/optimized-operators.js';

afterAll(closeHost);

const UINT8 = { integers: 'uint8' } as const;
const SANE_DB = 35;

/** Weights that all lie above zero, apart from a few. */
async function lopsided(dims: readonly number[], seed: number): Promise<Tensor> {
  const values = await readFloats(randomFloats(dims, seed));
  return float32Tensor(
    dims,
    values.map((value) => Math.abs(value) - 0.05),
  );
}

const conv = (weight: Tensor): Model =>
  buildModel({
    inputs: { x: ['float32', [1, 8, 9, 9]] },
    outputs: ['y'],
    weights: { w: weight },
    nodes: [{ opType: 'Conv', name: 'layer', inputs: ['x', 'w'], outputs: ['y'] }],
  });

const product = (weight: Tensor, opType: 'MatMul' | 'Gemm', attributes = {}): Model =>
  buildModel({
    inputs: { x: ['float32', [5, 96]] },
    outputs: { y: ['float32', [5, 64]] },
    weights: { w: weight, b: randomFloats([64], 7) },
    nodes: [
      opType === 'MatMul'
        ? { opType, name: 'layer', inputs: ['x', 'w'], outputs: ['y'] }
        : { opType, name: 'layer', inputs: ['x', 'w', 'b'], outputs: ['y'], attributes },
    ],
  });

const image = { x: randomFloats([1, 8, 9, 9], 5) };
const rows = { x: randomFloats([5, 96], 5) };

describe('weights with zero points', () => {
  it('are restored to the bits that DequantizeLinear gives, and folded when onnxruntime loads the model', async () => {
    const { model, changed } = await quantized(conv(await lopsided([16, 8, 3, 3], 1)), UINT8);
    expect(changed).toMatchObject([{ node: 'layer', form: 'weight-only', weightScales: 16 }]);
    expect(model.graph.nodes.map(({ opType }) => opType)).toEqual(['Cast', 'Cast', 'Sub', 'Mul', 'Conv']);
    const kept = await optimizedOperators(model);
    expect(kept.filter((opType) => ['Cast', 'Sub', 'Mul'].includes(opType))).toEqual([]);
    const { graph } = model;
    const tensorOf = (name: string) => present(graph.value(name)?.weight, name).tensor;
    const scale = float32Tensor([16], await readFloats(tensorOf('w_scale')));
    const zeroPoint = memoryTensor('uint8', [16], await tensorOf('w_zero_point').bytes());
    const reference = buildModel({
      inputs: { x: ['float32', [1, 8, 9, 9]] },
      outputs: ['y'],
      weights: { q: tensorOf('w_quantized'), scale, zero: zeroPoint },
      nodes: [
        {
          opType: 'DequantizeLinear',
          inputs: ['q', 'scale', 'zero'],
          outputs: ['w'],
          attributes: { axis: { int: 0 } },
        },
        { opType: 'Conv', inputs: ['x', 'w'], outputs: ['y'] },
      ],
    });
    const unoptimized = await floatsOf(model, image, 'disabled');
    expect(unoptimized).toEqual(await floatsOf(reference, image, 'disabled'));
  });

  it.each([
    ['MatMul', {}],
    ['Gemm', {}],
    ['Gemm', { transB: { int: 1 }, alpha: { float: 0.5 } }],
  ] as const)('are given to the integer product of %s %j with one zero point a column', async (opType, attributes) => {
    const original = product(await lopsided('transB' in attributes ? [64, 96] : [96, 64], 1), opType, attributes);
    const { model } = await quantized(original, { ...UINT8, activations: 'dynamic' });
    const integers = model.graph.nodes.find((node) => node.opType === 'MatMulInteger');
    expect(integers?.input(3)?.weight?.tensor).toMatchObject({ dataType: 'uint8', dims: [64] });
    expect(await optimizedOperators(model)).not.toContain('MatMulInteger');
    expect(await fidelityDb(original, model, rows)).toBeGreaterThan(SANE_DB);
  });

  it('are gathered from a large table, and so are the zero points of the rows', async () => {
    const original = buildModel({
      inputs: { ids: ['int64', [2, 3]] },
      outputs: ['y'],
      weights: { table: await lopsided([2 ** 15, 32], 1) },
      nodes: [{ opType: 'Gather', inputs: ['table', 'ids'], outputs: ['y'] }],
    });
    const { model } = await quantized(original, UINT8);
    const operators = model.graph.nodes.map(({ opType }) => opType);
    expect(operators.sort()).toEqual(['Cast', 'Cast', 'Gather', 'Gather', 'Gather', 'Mul', 'Sub']);
    expect(await fidelityDb(original, model, { ids: int64Tensor([2, 3], [0, 7, -1, 13, 13, 31]) })).toBeGreaterThan(45);
  });

  it('are closer than symmetric ones where a channel lies on one side of zero, and not by much where it does not', async () => {
    const gainOf = async (weight: Tensor) => {
      const snr = async (settings: Parameters<typeof quantized>[1]) =>
        Number((await quantized(conv(weight), settings)).changed[0]?.weightSnrDb);
      return (await snr(UINT8)) - (await snr({}));
    };
    expect(await gainOf(await lopsided([16, 8, 3, 3], 1))).toBeGreaterThan(4);
    expect(Math.abs(await gainOf(randomFloats([16, 8, 3, 3], 1)))).toBeLessThan(1.5);
  });

  it('never lie between integer activations with known scales', async () => {
    const original = conv(await lopsided([16, 8, 3, 3], 1));
    const context = runtimeContext(samplesOf('x', [image.x]));
    const model = original.clone();
    const { changed } = await uint8Asym
      .create({ activations: 'auto', rounding: 'nearest', biasCorrection: 'off' }, { include: [], skip: [] })
      .run(model, context);
    expect(changed).toMatchObject([{ scheme: 'uint8-asym', form: 'weight-only' }]);
    expect(await fidelityDb(original, model, image)).toBeGreaterThan(SANE_DB);
  });

  it('keep zeros exact, and stay in float where they hold NaN or would not shrink', async () => {
    const zeros = await quantized(conv(float32Tensor([16, 8, 3, 3], new Float32Array(16 * 72))), UINT8);
    expect(zeros.changed).toMatchObject([{ weightSnrDb: null }]);
    const outputs = present((await runModel(zeros.model, image)).get('y'), 'output y');
    expect((await readFloats(outputs)).every((value) => value === 0)).toBe(true);
    const broken = float32Tensor([16, 8, 3, 3], new Float32Array(16 * 72).fill(Number.NaN));
    expect((await quantized(conv(broken), UINT8)).skipped).toMatchObject([{ reason: expect.stringContaining('NaN') }]);
    const tiny = await quantized(conv(randomFloats([1, 8, 3, 3], 1)), UINT8);
    expect(tiny.skipped).toMatchObject([{ reason: expect.stringContaining('would not shrink') }]);
  });
});
