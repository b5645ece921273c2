import { describe, expect, it } from '@jest/globals';
import { modelBytes } from '@onnx-compress/graph';
import { lenet5Caffe } from '@onnx-compress/test-kit';
import { compressFile } from '../src/compress-file.js';
import { renderHtml } from '../src/html/render-html.js';
import { inspectQuantizable } from '../src/inspect/quantizable.js';
import { renderQuantizable } from '../src/inspect/render-quantizable.js';
import { readModel } from '../src/read-model.js';
import { fusionText } from '../src/render/fusion-text.js';
import { renderMarkdown } from '../src/render/markdown.js';
import { renderTable } from '../src/render/table.js';
import { type FusionRecord, withFusion } from '../src/report/fusion.js';
import { quantizedLayers } from '../src/report/quantized-layers.js';
import type { StepRecord } from '../src/report/report.js';
import { quantize } from '../src/steps.js';
import { withModelFile } from './support/models.js';
import { sampleReport } from './support/sample-report.js';

const samples = ['random'];

async function inspected(steps = [quantize('int8-per-channel', { activations: 'static' })]) {
  const model = await readModel(await modelBytes(lenet5Caffe()));
  try {
    return await inspectQuantizable(model, steps, { calibration: samples });
  } finally {
    await model.close();
  }
}

const CONV = {
  node: 'conv',
  operator: 'Conv',
  form: 'static',
  weightSnrDb: 41.26,
  inputRange: [-1.234, 2],
  bytesBefore: 4000,
  bytesAfter: 1100,
};
const PRODUCT = {
  node: 'product',
  operator: 'MatMul',
  form: 'dynamic',
  weightSnrDb: 30,
  bytesBefore: 8000,
  bytesAfter: 2100,
};
const TABLE = {
  node: 'table',
  operator: 'Gather',
  form: 'weight-only',
  weightSnrDb: null,
  bytesBefore: 0,
  bytesAfter: 0,
};

const FUSION: FusionRecord = { fused: ['conv'], unfused: ['product'] };

function quantizedReport(fusion: FusionRecord | undefined = FUSION) {
  const report = sampleReport();
  const [step] = report.steps.filter(({ family }) => family === 'quant');
  if (step === undefined) throw new Error('the sample has a step of quantization');
  const steps: StepRecord[] = [{ ...step, changed: [CONV, PRODUCT, TABLE] }];
  return { ...report, steps: withFusion(steps, fusion), ...(fusion && { fusion }) };
}

describe('the layers that a run quantizes', () => {
  it('are told with their form, range, bytes, weight error, and whether onnxruntime runs them on integers', async () => {
    const report = await withModelFile(lenet5Caffe(), async ({ path, folder }) => {
      const steps = [quantize('int8-per-channel', { activations: 'static' })];
      const options = { steps, calibration: samples, measure: false } as const;
      return (await compressFile(path, `${folder}/out.onnx`, options)).report;
    });
    const { fused = [], unfused = [] } = report.fusion ?? {};
    const changed = report.steps.flatMap((step) => (step.family === 'quant' ? step.changed : []));
    const integers = changed.filter(({ form }) => form !== 'weight-only').map(({ node }) => node);
    expect(integers.length).toBeGreaterThan(0);
    expect([...fused, ...unfused].sort()).toEqual(integers.sort());
    expect(unfused).toEqual([]);
    for (const layer of quantizedLayers(changed).filter(({ form }) => form === 'static')) {
      expect(layer.fused).toBe(true);
      expect(layer.weightSnrDb).toBeGreaterThan(30);
      expect(layer.inputRange?.[0]).toBeLessThanOrEqual(0);
      expect(layer.inputRange?.[1]).toBeGreaterThan(0);
      expect(layer.bytesAfter).toBeLessThan(layer.bytesBefore);
    }
  });

  it('have no fusion where nothing was meant for integers, or nothing was run', async () => {
    const fusionOf = (options: Parameters<typeof compressFile>[2]) =>
      withModelFile(lenet5Caffe(), async ({ path, folder }) => {
        return (await compressFile(path, `${folder}/out.onnx`, { ...options, measure: false })).report.fusion;
      });
    expect(await fusionOf({ steps: [quantize('int8-weight-only')], verify: 'fast' })).toBeUndefined();
    expect(await fusionOf({ steps: [quantize('int8-dynamic')], verify: 'off' })).toBeUndefined();
    expect((await fusionOf({ steps: [quantize('int8-dynamic')], verify: 'fast' }))?.fused.length).toBeGreaterThan(0);
  });

  it('stand with the worst weights first, those that lose nothing last', () => {
    const layers = quantizedLayers([TABLE, CONV, PRODUCT, { node: 'pruned', channels: [1] }]);
    expect(layers.map(({ node }) => node)).toEqual(['product', 'conv', 'table']);
    expect(layers[1]).toMatchObject({ inputRange: [-1.234, 2], fused: null });
  });

  it('that have no integer kernel are named in every report, in red', () => {
    const report = quantizedReport();
    const text = '1 of 2 layers WITHOUT an integer kernel: product';
    expect(renderTable(report, { red: (line) => `<red>${line}</red>` })).toMatch(
      new RegExp(`<red> +integers +${text}</red>`),
    );
    expect(renderMarkdown(report)).toContain(`❌ Integer layers: ${text}`);
    expect(renderHtml(report)).toContain(`<li class="badge bad">${text}</li>`);
  });

  it('are no line of their own where all is well', () => {
    const report = quantizedReport({ fused: ['conv', 'product'], unfused: [] });
    expect(renderTable(report)).not.toContain('integer');
    expect(renderTable(report, { verbose: true })).toContain('2 layers on integer kernels');
    const names = Array.from({ length: 8 }, (_, index) => `n${index}`);
    expect(fusionText({ fused: [], unfused: names })).toBe(
      '8 of 8 layers WITHOUT an integer kernel: n0, n1, n2, n3, n4 and 3 more',
    );
    expect(fusionText({ fused: [], unfused: [], unknown: 'too large' })).toBe('kernels not known: too large');
  });

  it('are a table in the page, and the worst five in Markdown', () => {
    const page = renderHtml(quantizedReport());
    expect(page).toContain('<section id="quantized-layers"');
    expect(page).toMatch(/<th scope="row">product<\/th>.*30\.0 dB.*NO.*\n.*<th scope="row">conv<\/th>.*41\.3 dB/);
    expect(page).toMatch(/<th scope="row">table<\/th>.*exact/);
    const markdown = renderMarkdown(quantizedReport());
    expect(markdown).toContain('Layers of quant int8-per-channel: 1 dynamic, 1 static, 1 weight-only');
    expect(markdown).toContain('| `conv` | `Conv` | static | 41.3 dB | -1.23 to 2 | 4.0 -> 1.1 kB | yes |');
    expect(renderHtml(sampleReport())).not.toContain('quantized-layers');
  });
});

describe('a look at what quantization would do', () => {
  it('lists each layer as a run would report it, and keeps nothing', async () => {
    const inspection = await inspected();
    expect(inspection).toMatchObject({ schemaVersion: 1, specs: ['int8-per-channel,activations=static'] });
    expect(inspection.bytesAfter).toBeLessThan(inspection.bytesBefore);
    expect(inspection.outputSnrDb).toBeGreaterThan(10);
    const ratios = inspection.layers.map(({ weightSnrDb }) => weightSnrDb ?? Number.POSITIVE_INFINITY);
    expect(ratios).toEqual([...ratios].sort((left, right) => left - right));
    expect(inspection.layers.map(({ node }) => node).sort()).toEqual(['conv1', 'conv3', 'linear6', 'linear8']);
  });

  it('reads as a table of at most 100 columns', async () => {
    const inspection = await inspected([quantize('uint8-asym', { activations: 'none' })]);
    const text = renderQuantizable(inspection, false);
    expect(text).toMatch(/^quant uint8-asym,activations=none: 4 weight-only\nfile 1\.7 -> 0\.4 MB/);
    expect(text).toMatch(/\n {2}conv3 +Conv +weight-only +\d\d\.\d dB +100\.0 -> 25\.\d kB\n/);
    expect(text).toContain('What stays in float, and why');
    const [layer] = inspection.layers;
    const long = layer === undefined ? [] : [{ ...layer, node: 'block/'.repeat(40) }];
    const layers = [...long, ...Array.from({ length: 30 }, () => inspection.layers).flat()];
    const short = renderQuantizable({ ...inspection, layers }, false);
    expect(Math.max(...short.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(short).toContain('  and 101 more (see --verbose)');
    expect(renderQuantizable({ ...inspection, layers }, true)).toContain('block/'.repeat(40));
  });
});
