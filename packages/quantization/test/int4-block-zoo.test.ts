import { basename } from 'node:path';
import { afterAll, afterEach, expect, it } from '@jest/globals';
import { type Model, modelBytes, present, readFloats } from '@onnx-compress/graph';
import { openModel } from '@onnx-compress/graph/node';
import { signalToNoiseDb } from '@onnx-compress/math';
import { describeZoo, runModel, zooFeeds } from '@onnx-compress/test-kit';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import { int4Block } from '../src/index.js';

afterAll(closeHost);

const MODELS = /squeezenet1_1_fp32|ch_PP-OCRv4_rec_infer|magika|mobilenetv2_fp32/;

/** Of the bytes of the layers: 4 bits, a float16 and a byte for each 32, and the nodes that restore them. */
const MOST_BYTES = 0.18;

/** Of outputs on noise, with biases that no samples corrected; what has lost its signal is below zero. */
const LEAST_DB = 1;

describeZoo('int4-block:32 on real models', (models) => {
  let opened: Model | undefined;

  afterEach(() => opened?.close());

  it.each(models.filter((path) => MODELS.test(path)).map((path): [string, string] => [basename(path), path]))(
    '%s runs, takes 0.18 of the bytes, and says why layers stay',
    async (_, path) => {
      const original = await openModel(path);
      opened = original;
      const model = original.clone();
      const transform = int4Block.create(int4Block.options.parse({}), { include: [], skip: [] });
      const { changed, skipped } = await transform.run(model, runtimeContext());
      expect(model.validate()).toEqual([]);
      const sum = (key: string) => changed.reduce((total, one) => total + Number(one[key]), 0);
      expect(sum('bytesAfter') / sum('bytesBefore')).toBeLessThanOrEqual(MOST_BYTES);
      const before = await modelBytes(original);
      const after = await modelBytes(model);
      const saved = sum('bytesBefore') - sum('bytesAfter');
      expect(Math.abs((before.length - after.length) / saved - 1)).toBeLessThan(0.02);
      for (const { reason } of skipped) expect(reason).not.toBe('');
      expect(Math.min(...changed.map(({ weightSnrDb }) => Number(weightSnrDb)))).toBeGreaterThan(15);
      const feeds = zooFeeds(original);
      const outputs = await runModel(after, feeds);
      for (const [name, tensor] of await runModel(before, feeds)) {
        const given = await readFloats(present(outputs.get(name), name));
        expect(signalToNoiseDb(await readFloats(tensor), given)).toBeGreaterThan(LEAST_DB);
      }
    },
  );
});
