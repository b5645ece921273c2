import { basename } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import type { Model } from '@onnx-compress/graph';
import { openModel } from '@onnx-compress/graph/node';
import { describeZoo, randomFloats } from '@onnx-compress/test-kit';
import { oracleError } from './oracle.js';
import { closeHost, exactly, pruned, randomFeeds } from './pruning-context.js';

afterAll(closeHost);

/** Models without a layer that can be pruned, and the reason that stands for it. */
const NOTHING_TO_PRUNE: Readonly<Record<string, RegExp>> = {
  'model_1.onnx': /LSTM/,
  'model_2.onnx': /combines all channels/,
  'bilstm_embedding.onnx': /LSTM/,
  'light_squeezenet.onnx': /computed by the graph/,
  'silero_vad_op18_ifless.onnx': /inside a subgraph/,
  'silero_vad_v6.onnx': /inside a subgraph/,
};

/** A freshly initialised vision transformer has a head of zeros, which hides everything before it. */
function wakeHead(model: Model): void {
  const head = model.graph.value('heads.head.weight')?.weight;
  head?.replace(randomFloats(head.tensor.dims, 1));
}

describeZoo('a pruned real model computes what the original computes with the removed channels zeroed', (paths) => {
  it.each(paths.map((path) => [basename(path), path]))('%s', async (name, path) => {
    const original = await openModel(path);
    try {
      wakeHead(original);
      const { model, result } = await pruned(original, exactly(0.4));
      expect(model.validate()).toEqual([]);
      const nothing = NOTHING_TO_PRUNE[name];
      if (nothing !== undefined) {
        expect(result.changed).toEqual([]);
        expect(result.skipped.map(({ reason }) => reason)).toContainEqual(expect.stringMatching(nothing));
        return;
      }
      const feeds = randomFeeds(original);
      expect(await oracleError(original, original, result.changed, feeds)).toBeGreaterThan(0);
      expect(await oracleError(original, model, result.changed, feeds)).toBeLessThanOrEqual(1e-4);
    } finally {
      await original.close();
    }
  });
});
