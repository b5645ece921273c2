import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { writeModel } from '@onnx-compress/graph/node';
import { lenet5Caffe } from '@onnx-compress/test-kit';
import { compressFile } from '../src/compress-file.js';
import { compress } from '../src/index.js';
import { readModel } from '../src/read-model.js';
import { renderMarkdown } from '../src/render/markdown.js';
import { renderTable } from '../src/render/table.js';
import { prune } from '../src/steps.js';

async function withLenet<T>(work: (input: string, folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'compress-masks-'));
  try {
    const input = join(folder, 'lenet.onnx');
    await writeModel(lenet5Caffe(), input);
    return await work(input, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('a masked model', () => {
  const steps = [prune('l1-unstructured', { amount: 0.98 })];

  it('keeps its size, and the report has what gzip makes of it', () =>
    withLenet(async (input, folder) => {
      const output = join(folder, 'masked.onnx');
      const { report } = await compressFile(input, output, { steps, verify: 'fast' });
      const { before, after } = report;
      expect(after.fileBytes / before.fileBytes).toBeCloseTo(1, 2);
      expect(before.gzipBytes).toBe(gzipSync(await readFile(input)).byteLength);
      expect(after.gzipBytes).toBe(gzipSync(await readFile(output)).byteLength);
      expect(report.steps.find(({ spec }) => spec === 'l1-unstructured:0.98')?.metrics).toMatchObject({
        weights: 430_500,
        zeros: 421_890,
        sparsity: 0.98,
      });
      expect(renderMarkdown(report)).toContain('\nzeros: the file keeps its size, 1.6 -> 0.1 MB compressed with gzip;');
      const text = renderTable(report);
      expect(text).toContain('421 890 of 430 500 weights are zero');
      expect(text).toMatch(
        /zeros: the file keeps its size, 1\.6 -> 0\.1 MB compressed with gzip; onnxruntime gains no time\n/,
      );
    }));

  it('is measured in memory as well', () =>
    withLenet(async (input) => {
      const model = await readModel(await readFile(input));
      const { report } = await compress(model, { steps, verify: 'off' });
      await model.close();
      expect(report.before.gzipBytes).toBe(gzipSync(await readFile(input)).byteLength);
      expect(report.after.gzipBytes).toBeLessThan((report.before.gzipBytes ?? 0) / 10);
    }));

  it('says nothing of gzip where no weight was set to zero', () =>
    withLenet(async (input, folder) => {
      const options = { steps: [prune('l1', { ratio: 0.5 })], verify: 'off' } as const;
      const { report } = await compressFile(input, join(folder, 'pruned.onnx'), options);
      expect(report.before).not.toHaveProperty('gzipBytes');
      expect(renderTable(report)).not.toContain('gzip');
    }));
});
