import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { type Model, modelBytes, present, readFloats } from '@onnx-compress/graph';
import { openModel } from '@onnx-compress/graph/node';
import { signalToNoiseDb } from '@onnx-compress/math';
import { describeZoo, runModel, zooFeeds } from '@onnx-compress/test-kit';
import { quantized } from './support/context.js';

/** Largest allowed file, as a part of the input; 1 where weights are recurrent or generated. */
const RATIOS: Readonly<Record<string, number>> = {
  'ch_PP-OCRv4_rec_infer.onnx': 0.28,
  'silero_vad_v6.onnx': 0.35,
  'model.onnx': 0.27,
  'squeezenet1_1_fp32.onnx': 0.27,
  'mobilenetv2_fp32.onnx': 0.27,
};

/** Worst output, on noise; wrong scales or a wrong axis give less than 0. */
const LOWEST_DB = 3;

describeZoo('int8 on real models', (models) => {
  let opened: Model | undefined;

  afterEach(() => opened?.close());

  it.each(models.map((path) => [basename(path), path]))(
    '%s loads, runs and resembles the original',
    async (name, path) => {
      const original = await openModel(path);
      opened = original;
      const { model } = await quantized(original);
      const bytes = await modelBytes(model);
      expect(bytes.length / statSync(path).size).toBeLessThanOrEqual(RATIOS[name] ?? 1);
      const feeds = zooFeeds(original);
      const reference = await runModel(await modelBytes(original), feeds);
      for (const level of ['all', 'disabled'] as const) {
        const outputs = await runModel(bytes, feeds, level);
        expect([...outputs.keys()]).toEqual([...reference.keys()]);
        for (const [output, tensor] of reference) {
          const candidate = await readFloats(present(outputs.get(output), output));
          expect(signalToNoiseDb(await readFloats(tensor), candidate)).toBeGreaterThan(LOWEST_DB);
        }
      }
    },
  );
});
