import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CancelledError, type CompressEvent, UsageError } from '@onnx-compress/core';
import { compressFile } from '../src/compress-file.js';
import { MissedBudgetError, reportOf } from '../src/rejection.js';
import { prune, quantize } from '../src/steps.js';
import { classifier, weightless, withModelFile } from './support/models.js';

const STEPS = [prune('l1', { ratio: 0.5 }), quantize('int8-per-channel')];

const sha256 = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

const rejection = async (run: Promise<unknown>): Promise<unknown> => {
  try {
    await run;
  } catch (error) {
    return error;
  }
  throw new Error('the run did not fail');
};

describe('compressFile', () => {
  it('writes a verified file and a report of what it did', () =>
    withModelFile(classifier(64), async ({ path, folder }) => {
      const input = await sha256(path);
      const output = join(folder, 'small.onnx');
      const { report } = await compressFile(path, output, { steps: STEPS });

      expect(report).toMatchObject({
        schemaVersion: 1,
        tool: { name: 'onnx-compress' },
        seed: 0,
        input: { path, sha256: input, irVersion: 8, opsets: { 'ai.onnx': 17 } },
        output: { path: output, sha256: await sha256(output), fileBytes: (await readFile(output)).length },
        verification: { status: 'ok', reasons: [], optimizationLevels: ['all', 'disabled'] },
        assumedDims: { batch: 1 },
        unchanged: false,
      });
      expect(report.before.fileBytes).toBe((await readFile(path)).length);
      expect(report.after.fileBytes).toBe(report.output.fileBytes);
      expect(report.after.parameters).toBeLessThan(report.before.parameters);
      expect(report.after.macs).toBeLessThan(report.before.macs);
      expect(report.steps.map(({ name }) => name)).toEqual([
        'tidy',
        'prune l1',
        'fold',
        'quant int8-per-channel',
        'tidy',
      ]);
      expect(report.steps.map(({ spec }) => spec)[1]).toBe('l1:0.5');
      expect(report.verification.outputs.map(({ name }) => name)).toEqual(['scores']);
      expect(await sha256(path)).toBe(input);
      expect(await readdir(folder)).toEqual(['model.onnx', 'small.onnx']);
    }));

  it('chains the sizes of the steps from the input to the output', () =>
    withModelFile(classifier(64), async ({ path, folder }) => {
      const { report } = await compressFile(path, join(folder, 'small.onnx'), { steps: STEPS, verify: 'off' });
      const { steps, before, after } = report;
      expect(steps[0]?.bytesBefore).toBe(before.fileBytes);
      expect(steps.at(-1)?.bytesAfter).toBe(after.fileBytes);
      for (const [index, step] of steps.slice(1).entries()) expect(step.bytesBefore).toBe(steps[index]?.bytesAfter);
    }));

  it('gives the same bytes for the same recipe', () =>
    withModelFile(classifier(64), async ({ path, folder }) => {
      const first = await compressFile(path, join(folder, 'a.onnx'), { steps: STEPS, verify: 'off' });
      const { recipe } = first.report;
      const second = await compressFile(path, join(folder, 'b.onnx'), JSON.parse(JSON.stringify(recipe)));
      expect(second.report.output.sha256).toBe(first.report.output.sha256);
    }));

  it('passes the very bytes on where there is nothing to do, and says so', () =>
    withModelFile(weightless(), async ({ path, folder }) => {
      const output = join(folder, 'same.onnx');
      const { report } = await compressFile(path, output, { steps: [quantize('int8-per-channel')] });
      expect(await sha256(output)).toBe(await sha256(path));
      expect(report).toMatchObject({ unchanged: true, verification: { status: 'ok', fidelity: 'exact' } });
      expect(report.warnings.map(({ code }) => code)).toEqual(['NOTHING_TO_DO']);
      expect(report.steps.every(({ changed }) => changed.length === 0)).toBe(true);
    }));

  it('touches nothing that no step asked for without cleanup', () =>
    withModelFile(classifier(), async ({ path, folder }) => {
      const { report } = await compressFile(path, join(folder, 'same.onnx'), { cleanup: 'off', verify: 'off' });
      expect(report).toMatchObject({ unchanged: true, steps: [] });
      expect(report.output.sha256).toBe(report.input.sha256);
    }));

  it('replaces an output, but the input only by force', () =>
    withModelFile(classifier(64), async ({ path, folder }) => {
      const output = join(folder, 'old.onnx');
      await writeFile(output, 'old');
      await compressFile(path, output, { steps: STEPS, verify: 'off' });
      expect((await readFile(output)).length).toBeGreaterThan(100);

      const input = await sha256(path);
      await expect(compressFile(path, path, { steps: STEPS })).rejects.toThrow(UsageError);
      expect(await sha256(path)).toBe(input);
      await compressFile(path, path, { steps: STEPS, force: true });
      expect(await sha256(path)).not.toBe(input);
    }));

  it('writes nothing when a budget is missed, and keeps the result on request', () =>
    withModelFile(classifier(64), async ({ path, folder }) => {
      const output = join(folder, 'small.compressed.onnx');
      await writeFile(output, 'old');
      const options = { steps: STEPS, budgets: { maxRatio: 0.01 } };
      const error = await rejection(compressFile(path, output, options));
      expect(error).toBeInstanceOf(MissedBudgetError);
      expect(reportOf(error)?.budgets).toMatchObject([{ name: 'max-ratio', limit: 0.01, ok: false }]);
      expect(await readFile(output, 'utf8')).toBe('old');
      expect(await readdir(folder)).toEqual(['model.onnx', 'small.compressed.onnx']);

      const kept = await rejection(compressFile(path, output, { ...options, keepFailed: true }));
      const failed = join(folder, 'small.failed.onnx');
      expect(reportOf(kept)?.output).toMatchObject({ path: failed, sha256: await sha256(failed) });
      expect(await readFile(output, 'utf8')).toBe('old');
    }));

  it('keeps no file of a dry run', () =>
    withModelFile(classifier(64), async ({ path, folder }) => {
      const { report } = await compressFile(path, join(folder, 'small.onnx'), { steps: STEPS, dryRun: true });
      expect(report.output.path).toBeNull();
      expect(report.verification.status).toBe('ok');
      expect(await readdir(folder)).toEqual(['model.onnx']);
    }));

  it.each(['transform', 'verify', 'write'] as const)('leaves nothing behind when cancelled in the phase %s', (phase) =>
    withModelFile(classifier(64), async ({ path, folder }) => {
      const cancellation = new AbortController();
      const onEvent = (event: CompressEvent) => {
        if (event.type === 'phase' && event.phase === phase) cancellation.abort();
      };
      const run = compressFile(path, join(folder, 'small.onnx'), {
        steps: STEPS,
        signal: cancellation.signal,
        onEvent,
      });
      if (phase === 'write') await run;
      else expect(await rejection(run)).toBeInstanceOf(CancelledError);
      expect(await readdir(folder)).toEqual(phase === 'write' ? ['model.onnx', 'small.onnx'] : ['model.onnx']);
    }),
  );

  it("measures the caller's own score before and after, and holds it to a budget", () =>
    withModelFile(classifier(64), async ({ path, folder }) => {
      const scores = [0.9, 0.8];
      const outputs: string[] = [];
      const evaluate = async (session: { readonly outputs: readonly { readonly name: string }[] }) => {
        outputs.push(...session.outputs.map(({ name }) => name));
        return scores.shift() ?? 0;
      };
      const options = { steps: STEPS, evaluate, budgets: { maxScoreDrop: 0.05 } };
      const error = await rejection(compressFile(path, join(folder, 'small.onnx'), options));
      expect(reportOf(error)).toMatchObject({ score: { before: 0.9, after: 0.8 }, budgets: [{ ok: false }] });
      expect(outputs).toEqual(['scores', 'scores']);
    }));

  it('refuses globs that match nothing and limits that nothing measures before it runs', () =>
    withModelFile(classifier(), async ({ path, folder }) => {
      const output = join(folder, 'small.onnx');
      const steps = [quantize('int8-per-channel', { include: ['/nowhere/**'] })];
      await expect(compressFile(path, output, { steps })).rejects.toThrow(/nowhere/);
      await expect(compressFile(path, output, { verify: 'off', budgets: { minSnr: 3 } })).rejects.toThrow(UsageError);
    }));
});
