import { describe, expect, it } from '@jest/globals';
import type { Model, NodeSpec } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { compressFile } from '../src/compress-file.js';
import { renderHtml } from '../src/html/render-html.js';
import { renderMarkdown } from '../src/render/markdown.js';
import { renderTable } from '../src/render/table.js';
import type { Report } from '../src/report/report.js';
import { quantize } from '../src/steps.js';
import { withModelFile } from './support/models.js';

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

/** A chain of matrices that are too small for integers: what is done around each product costs more than it. */
function smallMatrices(count = 60, width = 32): Model {
  const nodes = range(count).flatMap((index): NodeSpec[] => [
    { opType: 'MatMul', name: `product${index}`, inputs: [`a${index}`, `w${index}`], outputs: [`p${index}`] },
    { opType: 'Tanh', name: `tanh${index}`, inputs: [`p${index}`], outputs: [`a${index + 1}`] },
  ]);
  return buildModel({
    inputs: { a0: ['float32', [1, width]] },
    outputs: { [`a${count}`]: ['float32', [1, width]] },
    weights: Object.fromEntries(range(count).map((index) => [`w${index}`, randomFloats([width, width], index + 1)])),
    nodes,
  });
}

/** One small matrix, and many operators whose bounds become constants of their own at a higher opset. */
function manyClips(count = 150): Model {
  const nodes = range(count).map((index): NodeSpec => {
    const attributes = { min: { float: -9 - index }, max: { float: 9 + index } };
    return { opType: 'Clip', name: `clip${index}`, inputs: [`a${index}`], outputs: [`a${index + 1}`], attributes };
  });
  return buildModel({
    opset: 10,
    inputs: { x: ['float32', [1, 32]] },
    outputs: { [`a${count}`]: ['float32', [1, 32]] },
    weights: { w: randomFloats([32, 32], 1) },
    nodes: [{ opType: 'MatMul', name: 'product', inputs: ['x', 'w'], outputs: ['a0'] }, ...nodes],
  });
}

const DYNAMIC = { steps: [quantize('int8-per-channel', { activations: 'dynamic' })], cleanup: 'off' } as const;

/** Given up by no clock, as the brief measurement is that comes without being asked for. */
const MEASURED = { ...DYNAMIC, measure: { runs: 6, maxSeconds: 1 } };

const compressed = (model: Model, options: Parameters<typeof compressFile>[2]): Promise<Report> =>
  withModelFile(model, async ({ path, folder }) => {
    const { report } = await compressFile(path, `${folder}/out.onnx`, options);
    return report;
  });

const red = (text: string) => `<red>${text}</red>`;

describe('a quantized result', () => {
  it('that is slower is written, and says so with its cause and what to try', async () => {
    const report = await compressed(smallMatrices(), MEASURED);
    expect(report.worth).toMatchObject({ speed: 'slower', size: 'smaller' });
    expect(report.latency).toMatchObject({ verdict: 'worse' });
    const [found] = report.worth?.causes ?? [];
    expect(found?.cause).toMatch(/^60 layers \(.+ and 57 more\) find the range of their activations at run time/);
    expect(found?.alternative).toContain('activations=none');
    expect(renderTable(report, { red })).toMatch(/<red> +quantized +smaller, SLOWER<\/red>/);
    expect(renderTable(report, { red })).toMatch(/<red> +60 layers .+ try: give samples with --calib/);
    expect(renderMarkdown(report)).toContain('❌ Quantized result: **smaller, SLOWER**');
    expect(renderHtml(report)).toContain('<li class="badge bad">smaller, SLOWER</li>');
  });

  it('that is larger is written, and says so with its cause', async () => {
    const report = await compressed(manyClips(), DYNAMIC);
    expect(report.after.fileBytes).toBeGreaterThan(report.before.fileBytes);
    expect(report.worth?.size).toBe('larger');
    expect(report.worth?.causes.at(-1)?.cause).toMatch(/^int8 saves .+ a higher opset$/);
    expect(renderTable(report, { red })).toMatch(/<red> +quantized +LARGER, /);
    expect(renderMarkdown(report)).toContain('❌ Quantized result: **LARGER, ');
  });

  it('is held to the least speedup that is asked for', async () => {
    const missed = compressed(smallMatrices(), { ...MEASURED, budgets: { minSpeedup: 1 } });
    await expect(missed).rejects.toMatchObject({ report: { worth: { speed: 'slower' } } });
  });
});

describe('the speed of a quantized result is not looked at', () => {
  it('where verification is off', async () => {
    const report = await compressed(smallMatrices(2), { ...DYNAMIC, verify: 'off' });
    expect(report.latency).toBeUndefined();
    expect(report.worth).toMatchObject({ speed: 'unknown', untimed: expect.stringContaining('verification is off') });
    expect(renderTable(report, { red })).toMatch(/\n +quantized +smaller, not timed: verification is off/);
  });

  it('where it is made for another machine', async () => {
    const target = process.arch === 'arm64' ? 'node-x64-avx2' : 'node-arm64';
    const { worth } = await compressed(smallMatrices(2), { ...DYNAMIC, target });
    expect(worth?.untimed).toContain(`it is made for ${target}, and this machine is`);
  });

  it('where that was switched off', async () => {
    const { worth, latency } = await compressed(smallMatrices(2), { ...DYNAMIC, measure: false });
    expect(worth?.untimed).toBe('measuring is switched off');
    expect(latency).toBeUndefined();
  });

  it('where nothing was quantized', async () => {
    const { worth, latency } = await compressed(smallMatrices(2, 2), DYNAMIC);
    expect([worth, latency]).toEqual([undefined, undefined]);
  });
});
