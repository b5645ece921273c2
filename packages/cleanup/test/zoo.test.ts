import { basename } from 'node:path';
import { afterAll, afterEach, expect, it } from '@jest/globals';
import { type Model, modelBytes } from '@onnx-compress/graph';
import { openModel } from '@onnx-compress/graph/node';
import { describeZoo, zooFeeds } from '@onnx-compress/test-kit';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import { fold, tidy } from '../src/index.js';
import { expectSameOutputs } from './support/exactness.js';
import { operators } from './support/rewritten.js';

const TIDY_TOLERANCE = 1e-6;
const FOLD_TOLERANCE = 1e-5;
const NODES = { include: [], skip: [] };

afterAll(closeHost);

describeZoo('cleanup of real models', (models) => {
  const opened: Model[] = [];

  afterEach(() => Promise.all(opened.splice(0).map((model) => model.close())));

  it.each(models.map((path) => [basename(path), path]))(
    '%s computes the same, in a smaller file',
    async (_name, path) => {
      const original = await openModel(path);
      const model = original.clone();
      opened.push(original, model);
      const feeds = zooFeeds(original);
      const size = (await modelBytes(original)).length;
      const context = runtimeContext();

      await tidy.create({}, NODES).run(model, context);
      expect(model.validate()).toEqual([]);
      expect((await modelBytes(model)).length).toBeLessThanOrEqual(size);
      await expectSameOutputs(original, model, feeds, TIDY_TOLERANCE);
      expect((await tidy.create({}, NODES).run(model, context)).changed).toEqual([]);

      const tidied = (await modelBytes(model)).length;
      await fold.create({}, NODES).run(model, context);
      expect(model.validate()).toEqual([]);
      expect((await modelBytes(model)).length).toBeLessThanOrEqual(tidied);
      await expectSameOutputs(original, model, feeds, FOLD_TOLERANCE);
      expect((await fold.create({}, NODES).run(model, context)).changed).toEqual([]);
      if (path.endsWith('_bn.onnx')) expect(operators(model)).not.toContain('BatchNormalization');
    },
  );
});
