import { afterAll, describe, expect, it } from '@jest/globals';
import {
  float32Tensor,
  floatsToTensor,
  type Model,
  memoryTensor,
  modelBytes,
  type NodeSpec,
  readFloats,
  readModel,
  type Tensor,
} from '@onnx-compress/graph';
import { buildModel, ifModelBytes, randomFloats, runModel } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { fp16 } from '../src/schemes/fp16.js';
import { fidelityDb } from './support/fidelity.js';
import { halved } from './support/halved.js';
import { optimizedOperators } from './support/optimized-operators.js';

const FEEDS = { x: randomFloats([1, 8, 9, 9], 5) };
const SANE_DB = { fp16: 60, bf16: 45 } as const;
const SCHEMES = ['fp16', 'bf16'] as const;

interface Details {
  readonly extra?: readonly NodeSpec[];
  readonly outputs?: readonly string[];
  readonly opset?: number;
  readonly irVersion?: number;
}

function conv(weight: Tensor, { extra = [], outputs = ['y'], opset = 17, irVersion = 8 }: Details = {}): Model {
  return buildModel({
    opset,
    irVersion,
    inputs: { x: ['float32', [1, 8, 9, 9]] },
    outputs,
    weights: { w: weight },
    nodes: [{ opType: 'Conv', name: 'layer', inputs: ['x', 'w'], outputs: ['y'] }, ...extra],
  });
}

const weight = () => randomFloats([32, 8, 3, 3], 1);

afterAll(closeHost);

describe.each(SCHEMES)('the %s step', (scheme) => {
  it('halves the bytes, and onnxruntime runs what it ran', async () => {
    const original = conv(weight());
    const { model, changed, diagnostics } = await halved(original, scheme);
    expect(changed).toMatchObject([{ node: 'layer', tensor: 'w', scheme, form: 'weight-only' }]);
    expect(diagnostics.map(({ code }) => code)).toEqual(['QUANT_BYTES_ONLY']);
    expect(await optimizedOperators(model)).toEqual(await optimizedOperators(original));
    expect(await fidelityDb(original, model, FEEDS)).toBeGreaterThan(SANE_DB[scheme]);
    const saved = (await modelBytes(original)).length - (await modelBytes(model)).length;
    const claimed = Number(changed[0]?.bytesBefore) - Number(changed[0]?.bytesAfter);
    expect(Math.abs(saved - claimed)).toBeLessThan(40);
  });

  it('keeps -Infinity, and leaves a weight that would overflow', async () => {
    const masks = (fill: number) => {
      const values = new Float32Array(32 * 72).fill(0.5);
      values[7] = fill;
      return conv(float32Tensor([32, 8, 3, 3], values));
    };
    expect((await halved(masks(Number.NEGATIVE_INFINITY), scheme)).changed).toHaveLength(1);
    const { changed, skipped } = await halved(masks(-3.4028234663852886e38), scheme);
    expect(changed).toEqual([]);
    expect(skipped[0]?.reason).toMatch(/^its weight "w" holds values beyond the range of b?float16$/);
  });

  it('writes one Cast for a weight that several nodes read', async () => {
    const original = conv(randomFloats([8, 8, 3, 3], 1, 0.1), {
      extra: [{ opType: 'Conv', name: 'second', inputs: ['y', 'w'], outputs: ['z'] }],
      outputs: ['z'],
    });
    const { model, changed } = await halved(original, scheme);
    expect(model.graph.nodes.map(({ opType }) => opType)).toEqual(['Cast', 'Conv', 'Conv']);
    expect(changed.map(({ node }) => node)).toEqual(['layer', 'second']);
  });

  it.each([true, false])('works inside the branches of an If (condition %p)', async (condition) => {
    const original = await readModel(ifModelBytes({ rows: 32, columns: 48 }));
    const { model, changed } = await halved(original, scheme);
    expect(changed.map(({ tensor }) => tensor).sort()).toEqual(['else_weight', 'then_weight']);
    const feeds = {
      x: randomFloats([1, 32], 4),
      condition: memoryTensor('bool', [], Uint8Array.of(Number(condition))),
    };
    expect(await fidelityDb(original, model, feeds)).toBeGreaterThan(SANE_DB[scheme]);
    expect(await optimizedOperators(model)).toEqual(['If', 'MatMul', 'MatMul']);
  });

  it('stores the weights of recurrent layers', async () => {
    const original = buildModel({
      inputs: { x: ['float32', [5, 1, 16]] },
      outputs: ['y'],
      weights: { w: randomFloats([1, 64, 16], 1, 0.1), r: randomFloats([1, 64, 16], 2, 0.1) },
      nodes: [
        {
          opType: 'LSTM',
          name: 'rnn',
          inputs: ['x', 'w', 'r'],
          outputs: ['y'],
          attributes: { hidden_size: { int: 16 } },
        },
      ],
    });
    const { model, changed } = await halved(original, scheme);
    expect(changed.map(({ node, tensor }) => [node, tensor])).toEqual([
      ['rnn', 'w'],
      ['rnn', 'r'],
    ]);
    expect(await fidelityDb(original, model, { x: randomFloats([5, 1, 16], 3) })).toBeGreaterThan(SANE_DB[scheme]);
  });

  it('replaces a weight among the inputs of an IR-3 model, and one in a Constant node behind an Identity', async () => {
    const listed = await halved(conv(weight(), { opset: scheme === 'bf16' ? 13 : 8, irVersion: 3 }), scheme);
    expect([...listed.model.weights()].map(({ form }) => form)).toEqual(['initializer-input']);
    const original = buildModel({
      inputs: { x: ['float32', [1, 8, 9, 9]] },
      outputs: ['y'],
      nodes: [
        { opType: 'Constant', inputs: [], outputs: ['w'], attributes: { value: { tensor: weight() } } },
        { opType: 'Identity', inputs: ['w'], outputs: ['copy'] },
        { opType: 'Conv', name: 'layer', inputs: ['x', 'copy'], outputs: ['y'] },
      ],
    });
    const { model, changed } = await halved(original, scheme);
    expect(changed).toMatchObject([{ node: 'layer', tensor: 'w' }]);
    for (const next of [listed.model, model]) {
      expect(await fidelityDb(original, next, FEEDS)).toBeGreaterThan(SANE_DB[scheme]);
    }
  });

  it('turns doubles back into doubles', async () => {
    const values = Float64Array.from({ length: 128 }, (_, index) => Math.sin(index));
    const original = buildModel({
      inputs: { x: ['float64', [128]] },
      outputs: ['y'],
      weights: { w: memoryTensor('float64', [128], new Uint8Array(values.buffer)) },
      nodes: [{ opType: 'Add', inputs: ['x', 'w'], outputs: ['y'] }],
    });
    const { model } = await halved(original, scheme);
    const x = memoryTensor('float64', [128], new Uint8Array(1024));
    expect((await runModel(model, { x })).get('y')?.dataType).toBe('float64');
    expect(await fidelityDb(original, model, { x })).toBeGreaterThan(SANE_DB[scheme]);
  });

  it('leaves its own result alone and says so', async () => {
    const first = await halved(conv(weight()), scheme);
    const second = await halved(first.model, scheme);
    expect([second.changed, second.skipped.map(({ node }) => node)]).toEqual([[], ['layer']]);
    expect(second.diagnostics.map(({ code }) => code)).toEqual(['QUANT_ALREADY_HALF']);
    expect(await modelBytes(second.model)).toEqual(await modelBytes(first.model));
  });

  it('leaves what is small, skipped, an output, or read by a node that is skipped', async () => {
    const reasonFor = async (model: Model, skip: readonly string[] = []) =>
      (await halved(model, scheme, { skip })).skipped.map(({ reason }) => reason);
    expect(await reasonFor(conv(randomFloats([1, 8, 1, 1], 1)))).toEqual([
      expect.stringMatching(/would not shrink \(\d+ -> about \d+ bytes with its Cast\)/),
    ]);
    expect(await reasonFor(conv(weight()), ['layer'])).toEqual([]);
    expect(await reasonFor(conv(weight(), { outputs: ['y', 'w'] }))).toEqual([
      'its weight "w" is an output of the model',
    ]);
    const extra = [{ opType: 'ReduceSum', name: 'sum', inputs: ['w'], outputs: ['z'] }];
    expect(await reasonFor(conv(weight(), { extra, outputs: ['y', 'z'] }), ['sum'])).toEqual([
      'its weight "w" is also read by sum, which is not selected',
    ]);
  });

  it('leaves the scales of quantized weights', async () => {
    const original = buildModel({
      inputs: { x: ['float32', [1, 256]] },
      outputs: ['y'],
      weights: {
        q: memoryTensor('int8', [256, 256], new Uint8Array(256 * 256)),
        scale: randomFloats([256], 3),
      },
      nodes: [
        { opType: 'Cast', inputs: ['q'], outputs: ['unscaled'], attributes: { to: { int: 1 } } },
        { opType: 'Mul', name: 'scaled', inputs: ['unscaled', 'scale'], outputs: ['w'] },
        { opType: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] },
      ],
    });
    const { changed, skipped } = await halved(original, scheme);
    expect([changed, skipped]).toEqual([[], [{ node: 'scaled', reason: 'is already quantized' }]]);
  });

  it('draws the rounding error where a report wants it', async () => {
    expect((await halved(conv(weight()), scheme)).figures).toBeUndefined();
    const [error] = (await halved(conv(weight()), scheme, { figures: true })).figures ?? [];
    expect(error).toMatchObject({ kind: 'bars', unit: 'part', rows: [{ label: 'layer' }] });
  });
});

describe('fp16', () => {
  it('leaves a weight of which small values would be lost', async () => {
    const { changed, skipped } = await halved(conv(randomFloats([32, 8, 3, 3], 1, 1e-7)), 'fp16');
    expect(changed).toEqual([]);
    expect(skipped[0]?.reason).toMatch(/^its weight "w" holds values too small for float16: \d+ dB would remain$/);
  });

  it('leaves a float16 model as it is', async () => {
    const half = floatsToTensor('float16', [32, 8, 3, 3], await readFloats(weight()));
    const original = buildModel({
      inputs: { x: ['float16', [1, 8, 9, 9]] },
      outputs: ['y'],
      weights: { w: half },
      nodes: [{ opType: 'Conv', name: 'layer', inputs: ['x', 'w'], outputs: ['y'] }],
    });
    const { model, skipped, diagnostics } = await halved(original, 'fp16');
    expect(skipped).toEqual([{ node: 'layer', reason: 'its weight "w" is float16 already' }]);
    expect(diagnostics.map(({ code }) => code)).toEqual(['QUANT_ALREADY_HALF']);
    expect(await modelBytes(model)).toEqual(await modelBytes(original));
  });

  it('refuses float16 borders for a model that computes in float32', () => {
    const create = () => fp16.create({ compute: 'float32', io: 'float16' }, { include: [], skip: [] });
    expect(create).toThrow('io=float16 needs compute=float16');
  });
});

describe('bf16', () => {
  it('raises the opset to 13, which Cast needs', async () => {
    const original = conv(weight(), { opset: 9 });
    const { model } = await halved(original, 'bf16');
    expect(model.opset()).toBe(13);
    expect(await fidelityDb(original, model, FEEDS)).toBeGreaterThan(SANE_DB.bf16);
  });

  it('leaves a model whose opset cannot be raised', async () => {
    const { model, skipped } = await halved(conv(weight(), { opset: 6 }), 'bf16');
    expect(model.opset()).toBe(6);
    expect(skipped).toEqual([
      { node: 'layer', reason: "the model's opset 6 cannot be raised to 13, which Cast needs for bfloat16" },
    ]);
  });
});
