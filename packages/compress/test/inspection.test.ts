import { describe, expect, it } from '@jest/globals';
import { modelBytes, present } from '@onnx-compress/graph';
import { ifModelBytes, lenet5Caffe, maskSmallestWeights } from '@onnx-compress/test-kit';
import { diffModels } from '../src/diff/diff-models.js';
import { type Inspection, inspectModel } from '../src/inspect/inspect-model.js';
import { renderInspection } from '../src/inspect/render-inspection.js';
import { readModel } from '../src/read-model.js';

async function inspected(bytes: Uint8Array) {
  const model = await readModel(bytes);
  const inspection = await inspectModel(model);
  await model.close();
  return inspection;
}

async function maskedLenet() {
  const model = lenet5Caffe();
  await maskSmallestWeights(model, 0.98);
  return inspected(await modelBytes(model));
}

describe('the inspection of a masked network', () => {
  it('counts by both conventions and keeps zeros in figures of their own', async () => {
    const { counts, layers, size } = await maskedLenet();
    expect(counts).toMatchObject({
      parameters: 431_080,
      weights: 430_500,
      biases: 580,
      macs: 2_293_000,
      flops: 4_586_000,
      nonZeroWeights: 8_610,
      untold: [],
      activationPeakBytes: 4 * (20 * 24 * 24 + 20 * 12 * 12),
    });
    expect(size).toMatchObject({ parameters: counts.parameters, macs: counts.macs });
    expect(counts.effectiveMacs).toBeLessThan(counts.macs / 2);
    expect(
      layers.map(({ node, weightCount, biases, macs, flops }) => [node, weightCount, biases, macs, flops]),
    ).toEqual([
      ['linear6', 400_000, 500, 400_000, 800_000],
      ['conv3', 25_000, 50, 1_600_000, 3_200_000],
      ['linear8', 5_000, 10, 5_000, 10_000],
      ['conv1', 500, 20, 288_000, 576_000],
    ]);
    expect(layers.reduce((sum, { nonZeroWeights }) => sum + (nonZeroWeights ?? 0), 0)).toBe(8_610);
    expect(layers.reduce((sum, { effectiveMacs }) => sum + (effectiveMacs ?? 0), 0)).toBe(counts.effectiveMacs);
  });

  it('is told in text with bars as asked for', async () => {
    const inspection = { ...(await maskedLenet()), trials: [] };
    const ascii = renderInspection(inspection, false);
    expect(ascii).toContain('zeros: 8 610 of 430 500 weights are not zero (2.0 %)');
    expect(ascii).toContain('MACs if zeros were skipped, which onnxruntime does not');
    expect(ascii).toContain('MACs 2.3 M = 4.6 M FLOPs');
    expect(ascii).toMatch(/float32 +1\.7 MB +100\.0 % +#{20}$/m);
    const marked = { heading: (text: string) => `<${text}>`, bar: (text: string) => `[${text}]` };
    const unicode = renderInspection(inspection, false, { bars: 'unicode', width: 100, ...marked });
    expect(unicode).toContain('\n<Largest layers>\n');
    expect(unicode).toMatch(/linear6 +Gemm +400 000 +\S+ % +400 000 +1\.6 MB +92\.9 % {2}\[█{18}▋\]$/m);
    expect(renderInspection(inspection, false, { bars: 'none' })).not.toMatch(/#|█/);
  });
});

/** An inspection with copies of its largest layer under other names. */
function withNames(inspection: Inspection, names: readonly string[]): Inspection {
  const [layer] = inspection.layers;
  return { ...inspection, trials: [], layers: names.map((node) => ({ ...present(layer, 'a layer'), node })) };
}

const linesWith = (text: string, part: string) => text.split('\n').filter((line) => line.includes(part));

describe('the text of an inspection', () => {
  it('fits into the width asked for: first bars give way, then the middle of names', async () => {
    const inspection = await inspected(ifModelBytes());
    const long = withNames(inspection, [`begin/${'x'.repeat(60)}/end`]);
    const [narrow = ''] = linesWith(renderInspection(long, false), 'MatMul  ').slice(-1);
    expect(narrow).toMatch(/^ {2}begin\/x*\.\.\.x*\/end {2}MatMul [^#]*%$/);
    expect(narrow.length).toBeLessThanOrEqual(80);
    const [wide = ''] = linesWith(renderInspection(long, false, { width: 110 }), '/end');
    expect(wide).toMatch(/\.\.\..*% {2}#+$/);
    expect(wide.length).toBeLessThanOrEqual(110);
    expect(renderInspection(long, true)).toContain(`begin/${'x'.repeat(60)}/end`);
    const short = withNames(inspection, ['a', 'b']);
    expect(linesWith(renderInspection(short, false), '  a  ')[0]).toMatch(/% {2}#+$/);
  });

  it('has biases and FLOPs of layers only where everything is asked for', async () => {
    const inspection = await maskedLenet();
    expect(renderInspection(inspection, false)).not.toMatch(/biases +nonzero|MACs +FLOPs/);
    expect(renderInspection(inspection, true)).toMatch(/weights +biases +nonzero +MACs +FLOPs/);
    expect(renderInspection(await inspected(ifModelBytes()), true)).toMatch(/weights +biases +MACs +FLOPs/);
  });

  it('tells reasons apart, and not the figures behind them', async () => {
    const skipped = ['a', 'b', 'c'].map((node, index) => ({ node, reason: `it is small (${index} -> 9 bytes)` }));
    const other = { node: 'd', reason: 'it is the last one' };
    const trial = { step: 'quant x', changed: [{ node: 'e', detail: 'done' }], skipped: [...skipped, other] };
    const text = renderInspection({ ...(await inspected(ifModelBytes())), trials: [trial] }, false);
    expect(text).toContain('quant x would change 1 node\n  leaves 3: it is small\n  leaves 1: it is the last one\n');
  });

  it('says that the total has one branch of an If, and that the activation peak is an estimate', async () => {
    const text = renderInspection(await inspected(ifModelBytes()), false);
    expect(text).toContain('MACs 128 = 256 FLOPs');
    expect(text).toContain('of each If the branch with more of them; the tables list all branches');
    expect(text).toMatch(/activations about .* \(estimated from shapes, without those inside bodies and functions\)/);
    expect(renderInspection(await maskedLenet(), false)).toMatch(/activations about .* \(estimated from shapes\)/);
  });
});

describe('the inspection of a model with bodies', () => {
  it('lists them and the layers inside', async () => {
    const inspection = await inspected(ifModelBytes({ rows: 16, columns: 8 }));
    expect(inspection.scopes).toEqual([
      { kind: 'body', name: 'choose.then_branch', nodes: 2 },
      { kind: 'body', name: 'choose.else_branch', nodes: 1 },
    ]);
    expect(inspection.counts).toMatchObject({ weights: 256, macs: 128, flops: 256 });
    expect(inspection.layers.map(({ node }) => node)).toEqual(['then_result_matmul', 'else_result_matmul']);
    const text = renderInspection(inspection, false);
    expect(text).toMatch(/Bodies and functions\n {2}body +choose\.then_branch +2 nodes/);
  });

  it('refuses a size for a dimension that is not open', async () => {
    const model = await readModel(await modelBytes(lenet5Caffe()));
    const message = 'No input has a dimension "bach" of open size';
    await expect(inspectModel(model, { dims: { bach: 2 } })).rejects.toMatchObject({
      message,
      hint: 'Did you mean batch?',
    });
    await expect(diffModels(model, model, { dims: { bach: 2 } })).rejects.toMatchObject({ message });
    await model.close();
    const fixed = await readModel(ifModelBytes());
    await expect(inspectModel(fixed, { dims: { x: 2 } })).rejects.toMatchObject({ exitCode: 2 });
    await fixed.close();
  });

  it('survives JSON unchanged', async () => {
    const inspection = await inspected(ifModelBytes());
    expect(JSON.parse(JSON.stringify(inspection))).toEqual(inspection);
  });
});
