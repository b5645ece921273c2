import { describe, expect, it } from '@jest/globals';
import { float32Tensor, type Model, modelBytes, type NodeSpec, type Tensor } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { quantized } from './support/context.js';

function convNet(weight: Tensor, extra: readonly NodeSpec[] = [], outputs = ['y']): Model {
  return buildModel({
    inputs: { x: ['float32', [1, 8, 9, 9]] },
    outputs,
    weights: { w: weight },
    nodes: [{ opType: 'Conv', name: 'layer', inputs: ['x', 'w'], outputs: ['y'] }, ...extra],
  });
}

describe('the int8 step', () => {
  it('reports what the weight took and takes, and shrinks the file by about that', async () => {
    const original = convNet(randomFloats([32, 8, 3, 3], 1));
    const { model, changed } = await quantized(original);
    const [change] = changed;
    const saved = (await modelBytes(original)).length - (await modelBytes(model)).length;
    const claimed = Number(change?.bytesBefore) - Number(change?.bytesAfter);
    expect(Math.abs(saved - claimed)).toBeLessThan(100);
  });

  it('draws the rounding error of the weight where a report wants it', async () => {
    const net = convNet(randomFloats([32, 8, 3, 3], 1));
    expect((await quantized(net)).figures).toBeUndefined();
    const [error, distribution] = (await quantized(net, { figures: true })).figures ?? [];
    expect(error).toMatchObject({ kind: 'bars', unit: 'part', rows: [{ label: 'layer' }] });
    const counts = distribution?.kind === 'histograms' ? (distribution.rows[0]?.counts ?? []) : [];
    expect(counts.map((side) => side.reduce((sum, count) => sum + count, 0))).toEqual([32 * 72, 32 * 72]);
  });

  it('warns once that weights alone save bytes and not time', async () => {
    const more = [{ opType: 'Conv', inputs: ['x', 'w'], outputs: ['z'] }];
    const { diagnostics } = await quantized(convNet(randomFloats([32, 8, 3, 3], 1), more, ['y', 'z']));
    expect(diagnostics.map(({ code }) => code)).toEqual(['QUANT_BYTES_ONLY']);
    expect(diagnostics[0]?.message).toContain('2 layers (Conv)');
  });

  it('leaves its own result alone and says so', async () => {
    const first = await quantized(convNet(randomFloats([32, 8, 3, 3], 1)));
    const second = await quantized(first.model);
    expect(second.changed).toEqual([]);
    expect(second.skipped).toEqual([{ node: 'layer', reason: 'is already quantized' }]);
    expect(await modelBytes(second.model)).toEqual(await modelBytes(first.model));
  });

  it('leaves a weight that would not shrink', async () => {
    const { changed, skipped } = await quantized(convNet(randomFloats([1, 8, 1, 1], 1)));
    expect(changed).toEqual([]);
    expect(skipped[0]?.reason).toMatch(/would not shrink \(\d+ -> about \d+ bytes/);
  });

  it('leaves a weight with NaN', async () => {
    const values = new Float32Array(32 * 8 * 9).fill(1);
    values[100] = Number.NaN;
    const { changed, skipped } = await quantized(convNet(float32Tensor([32, 8, 3, 3], values)));
    expect(changed).toEqual([]);
    expect(skipped).toEqual([{ node: 'layer', reason: 'its weight "w" holds NaN or infinite values' }]);
  });

  it('leaves a weight that another kind of node reads', async () => {
    const reader = { opType: 'ReduceSum', name: 'sum', inputs: ['w'], outputs: ['z'] };
    const { skipped } = await quantized(convNet(randomFloats([32, 8, 3, 3], 1), [reader], ['y', 'z']));
    expect(skipped).toEqual([{ node: 'layer', reason: 'its weight "w" is also read by sum, which keeps it in float' }]);
  });

  it('does not touch what the caller skips', async () => {
    const original = convNet(randomFloats([32, 8, 3, 3], 1));
    const { model, changed, skipped } = await quantized(original, { skip: ['layer'] });
    expect([changed, skipped]).toEqual([[], []]);
    expect(await modelBytes(model)).toEqual(await modelBytes(original));
  });

  it('gives the same bytes again', async () => {
    const original = convNet(randomFloats([32, 8, 3, 3], 1));
    const [first, second] = await Promise.all([quantized(original), quantized(original)]);
    expect(await modelBytes(first.model)).toEqual(await modelBytes(second.model));
  });

  it('raises the opset where dynamic products ask for it', async () => {
    const original = buildModel({
      opset: 9,
      inputs: { x: ['float32', [1, 128]] },
      outputs: ['y'],
      weights: { w: randomFloats([128, 128], 1) },
      nodes: [{ opType: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
    });
    const { model, changed } = await quantized(original);
    expect(changed).toMatchObject([{ form: 'dynamic' }]);
    expect(model.opset()).toBe(11);
  });
});
