import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { UsageError } from '@onnx-compress/core';
import { memorySource, modelBytes } from '@onnx-compress/graph';
import { randomFloats, runModel } from '@onnx-compress/test-kit';
import { compress } from '../src/compress.js';
import { readModel } from '../src/read-model.js';
import { MissedBudgetError } from '../src/rejection.js';
import { prune, quantize } from '../src/steps.js';
import { classifier, withModelFile } from './support/models.js';

const STEPS = [prune('l1', { ratio: 0.5 }), quantize('int8-per-channel')];

describe('compress', () => {
  it('gives a verified model and leaves the original as it was', () =>
    withModelFile(classifier(64), async ({ path, folder }) => {
      const original = await readFile(path);
      const model = await readModel(path);
      const result = await compress(model, { steps: STEPS });
      expect(Buffer.compare(await model.toBytes(), original)).toBe(0);
      expect(result.report.output.path).toBeNull();
      expect(result.report.verification.status).toBe('ok');

      const output = join(folder, 'small.onnx');
      const written = await result.model.write(output);
      expect(written).toEqual({ ...result.report.output, path: output });
      expect(Buffer.compare(await result.model.toBytes(), await readFile(output))).toBe(0);
      expect(await readdir(folder)).toEqual(['model.onnx', 'small.onnx']);
      await model.close();
    }));

  it('takes bytes and other sources', async () => {
    const bytes = await modelBytes(classifier(64));
    for (const source of [bytes, memorySource(bytes)]) {
      const model = await readModel(source);
      const { report } = await compress(model, { steps: STEPS });
      expect(report.input).toMatchObject({ path: null, fileBytes: bytes.length });
      expect(report.after.fileBytes).toBeLessThan(bytes.length);
      await model.close();
    }
  });

  it('throws the report with a rejected result', async () => {
    const model = await readModel(await modelBytes(classifier(64)));
    const run = compress(model, { steps: STEPS, budgets: { maxBytes: 10 } });
    await expect(run).rejects.toThrow(MissedBudgetError);
    await model.close();
  });

  it('refuses options that it does not know', async () => {
    const model = await readModel(await modelBytes(classifier()));
    const options = JSON.parse('{"step": []}');
    await expect(compress(model, options)).rejects.toThrow(UsageError);
    await model.close();
  });
});

describe('a model in hand', () => {
  it('takes single steps, one after the other', async () => {
    const model = await readModel(await modelBytes(classifier(64)));
    const pruned = await model.apply(prune('l1', { ratio: 0.5 }));
    expect(pruned.changed.map(({ node }) => node)).toContain('conv');
    await model.apply(quantize('int8-per-channel'));
    const image = randomFloats([1, 3, 8, 8], 5);
    const outputs = await runModel(await model.toBytes(), { image });
    expect(outputs.get('scores')?.dims).toEqual([1, 10]);

    const { report } = await compress(model, { steps: [] });
    expect(report.verification.fidelity).toBe('exact');
    await model.close();
  });

  it('stays as it was when a step fails', async () => {
    const bytes = await modelBytes(classifier());
    const model = await readModel(bytes);
    await expect(model.apply(quantize('int8-per-channel', { include: ['/nowhere/**'] }))).rejects.toThrow(UsageError);
    expect(Buffer.compare(await model.toBytes(), bytes)).toBe(0);
    await model.close();
  });

  it('checks steps where they are made', () => {
    expect(() => prune('l3')).toThrow(/no prune technique "l3"/);
    expect(() => prune('l1', { ratio: 3 })).toThrow(/ratio/);
    expect(quantize('int8-per-channel')).toMatchObject({ family: 'quant', include: [], skip: [] });
  });
});
