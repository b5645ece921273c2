import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { compressFile } from '../src/compress-file.js';
import { diffModels } from '../src/diff/diff-models.js';
import { renderDiff } from '../src/diff/render-diff.js';
import { compareWeights } from '../src/diff/weights.js';
import { inspectModel } from '../src/inspect/inspect-model.js';
import { renderInspection } from '../src/inspect/render-inspection.js';
import { listTechniques } from '../src/list/list-techniques.js';
import { renderList } from '../src/list/render-list.js';
import { readModel } from '../src/read-model.js';
import { prune } from '../src/steps.js';
import { renderVerification } from '../src/verify/render-verification.js';
import { verifyFiles } from '../src/verify/verify-files.js';
import { classifier, weightless, withModelFile } from './support/models.js';

describe('the difference of two models', () => {
  it('is none for a model and itself', () =>
    withModelFile(classifier(), async ({ path }) => {
      const [first, second] = [await readModel(path), await readModel(path)];
      const diff = await diffModels(first, second);
      expect(diff).toMatchObject({ same: true, before: diff.after });
      expect(renderDiff(diff, false)).toContain('same nodes and weights');
      await first.close();
      await second.close();
    }));

  it('names nodes and weights that were removed, added and changed', () =>
    withModelFile(classifier(64), async ({ path, folder }) => {
      const output = join(folder, 'small.onnx');
      const steps = [prune('l1', { ratio: 0.5 })];
      const { report } = await compressFile(path, output, { steps, verify: 'off' });
      const [first, second] = [await readModel(path), await readModel(output)];
      const diff = await diffModels(first, second);
      expect(diff.before).toEqual(report.before);
      expect(diff.after).toEqual(report.after);
      expect(diff.nodes.removed).toEqual([{ node: 'same', opType: 'Identity' }]);
      expect(diff.nodes.changed).toContainEqual({ node: 'relu', differs: ['inputs'] });
      expect(diff.weights.changed).toContainEqual({
        name: 'conv_w',
        before: { dataType: 'float32', dims: [64, 3, 3, 3] },
        after: { dataType: 'float32', dims: [32, 3, 3, 3] },
      });
      expect(renderDiff(diff, true)).toMatch(/~ weight +conv_w +float32\[64, 3, 3, 3\] -> float32\[32, 3, 3, 3\]/);
      await first.close();
      await second.close();
    }));

  it('sees other values in the same shape', async () => {
    const [first, second] = [classifier(16), classifier(16)];
    for (const weight of second.weights()) {
      if (weight.name === 'conv_b')
        weight.replace({ ...weight.tensor, inline: undefined, bytes: async () => new Uint8Array(64) });
    }
    const { difference } = await compareWeights(first, second, []);
    expect(difference.changed.map(({ name }) => name)).toEqual(['conv_b']);
  });
});

describe('the inspection of a model', () => {
  it('counts by type, operator and layer, and says what could be compressed', () =>
    withModelFile(classifier(64), async ({ path }) => {
      const model = await readModel(path);
      const inspection = await inspectModel(model, { dims: { batch: 2 } });
      expect(inspection.assumedDims).toEqual({ batch: 2 });
      expect(inspection.size.macs).toBe(2 * (6 * 6 * 64 * 27 + 64 * 10));
      expect(inspection.layers[0]).toMatchObject({ node: 'conv', opType: 'Conv', parameters: 64 * 27 + 64 });
      expect(inspection.operators.find(({ opType }) => opType === 'Relu')).toMatchObject({ nodes: 1, weightBytes: 0 });
      const [pruning, quantization] = inspection.trials;
      expect(pruning?.changed.map(({ node }) => node)).toContain('conv');
      expect(quantization?.changed.map(({ node }) => node)).toEqual(expect.arrayContaining(['conv', 'head']));
      expect(pruning?.skipped.every(({ reason }) => reason !== '')).toBe(true);
      const text = renderInspection(inspection, false);
      const macs = 2 * (6 * 6 * 64 * 27 + 64 * 10);
      expect(inspection.counts).toMatchObject({ weights: 64 * 27 + 640, biases: 74, macs, flops: 2 * macs });
      expect(text).toContain('at batch = 2 (see --dim)');
      expect(text).toContain('biases not counted');
      expect(text).toContain('input  image: float32[batch, 3, 8, 8]');
      await model.close();
    }));

  it('works on a model without weights', () =>
    withModelFile(weightless(), async ({ path }) => {
      const model = await readModel(path);
      const inspection = await inspectModel(model);
      expect(inspection).toMatchObject({ size: { parameters: 0, macs: 0 }, layers: [] });
      expect(renderInspection(inspection, true)).toContain('0 parameters');
      await model.close();
    }));
});

describe('the verification of two files', () => {
  it('finds a file like itself, and another model unsound', () =>
    withModelFile(classifier(), async ({ path, folder }) => {
      const same = await verifyFiles(path, path);
      expect(same.verification).toMatchObject({ status: 'ok', fidelity: 'exact', snrDb: null });
      expect(renderVerification(same)).toContain('verify ok   cosine 1.0000   identical outputs');
      await withModelFile(weightless(), async (other) => {
        const { verification } = await verifyFiles(path, other.path, { budgets: { minCosine: 0.9 } });
        expect(verification.status).toBe('failed');
        expect(verification.reasons.length).toBeGreaterThan(0);
      });
      expect(folder).not.toBe('');
    }));
});

describe('the list of techniques', () => {
  it('has every technique with options and reference, also for one family', () => {
    expect(listTechniques().map(({ name }) => name)).toEqual(
      expect.arrayContaining(['l1', 'l2', 'ln', 'int8-per-channel', 'int8-per-tensor', 'tidy', 'fold']),
    );
    const pruning = listTechniques('prune');
    expect(pruning.every(({ family, reference }) => family === 'prune' && reference !== '')).toBe(true);
    expect(renderList(pruning)).toMatch(/^prune l1: .*\n {2}.*\n {4}ratio .*the bare value/);
    expect(listTechniques('low-rank').map(({ name }) => name)).toEqual(['svd', 'svd-conv', 'spatial-svd', 'tucker2']);
    expect(renderList([])).toContain('no technique');
  });
});
