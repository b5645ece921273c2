import { basename, join } from 'node:path';
import { expect, it } from '@jest/globals';
import { describeZoo } from '@onnx-compress/test-kit';
import { compressFile } from '../src/compress-file.js';
import { withTemporaryFolder } from '../src/pipeline/temporary-folder.js';
import { prune, quantize } from '../src/steps.js';

const quantized = (path: string) =>
  withTemporaryFolder((folder) =>
    compressFile(path, join(folder, 'out.onnx'), { steps: [quantize('int8-per-channel')] }),
  );

describeZoo('real models', (models) => {
  const named = (name: string) => models.filter((path) => basename(path) === name);

  it.each(named('ch_PP-OCRv4_rec_infer.onnx'))('weights in Constant nodes shrink to 0.30: %s', async (path) => {
    const { report } = await quantized(path);
    expect(report.verification.status).toBe('ok');
    expect(report.after.fileBytes / report.before.fileBytes).toBeLessThanOrEqual(0.3);
  });

  it.each(named('silero_vad_v6.onnx'))('weights in If branches shrink to 0.70: %s', async (path) => {
    const { report } = await quantized(path);
    expect(report.verification.status).toBe('ok');
    expect(report.after.fileBytes / report.before.fileBytes).toBeLessThanOrEqual(0.7);
  });

  it.each(named('cifar10_vggbn_bn.onnx'))(
    'pruned and quantized with samples: %s',
    async (path) => {
      const calibration = [join(path, '../../../data/cifar10/train-images.npy')];
      const steps = [prune('l1', { ratio: 0.3 }), quantize('int8-per-channel')];
      await withTemporaryFolder(async (folder) => {
        const { report } = await compressFile(path, join(folder, 'out.onnx'), { steps, calibration });
        expect(report.verification).toMatchObject({ status: 'ok', inputs: { source: 'calibration', count: 400 } });
      });
    },
    240_000,
  );
});
