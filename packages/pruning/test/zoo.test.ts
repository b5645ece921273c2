import { basename } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import type { Model } from '@onnx-compress/graph';
import { openModel } from '@onnx-compress/graph/node';
import { describeZoo, randomFloats, zooFeeds } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { expectExact, expectRules, expectSound, pruneHalf, recorded } from './acceptance.js';
import { expectGolden } from './golden-file.js';

afterAll(closeHost);

/** Models of which at most 45 % of the multiply-accumulates may be left. */
const CONVOLUTIONAL = /resnet|densenet|vgg|mobilenet|efficientnet|shufflenet|unet/;

/** Models of which at most 60 % of the prunable parameters may be left. */
const SEQUENTIAL = /transformer|vit|bilstm/;

/** A freshly initialised vision transformer has a head of zeros, which hides everything before it. */
function wakeHead(model: Model): void {
  const head = model.graph.value('heads.head.weight')?.weight;
  head?.replace(randomFloats(head.tensor.dims, 1));
}

describeZoo('half of the channels of a real model', (paths) => {
  it.each(paths.map((path) => [basename(path, '.onnx'), path]))('can go: %s', async (name, path) => {
    const original = await openModel(path);
    try {
      wakeHead(original);
      const feeds = zooFeeds(original);
      const outcome = await pruneHalf(original, feeds);
      expectGolden(`zoo/${name}`, recorded(outcome));
      expectRules(outcome.pinned);
      await expectSound(original, outcome.model, feeds);
      await expectExact(original, outcome, feeds);
      if (CONVOLUTIONAL.test(name)) expect(outcome.macs).toBeLessThanOrEqual(0.45);
      if (SEQUENTIAL.test(name)) expect(outcome.parameters).toBeLessThanOrEqual(0.6);
    } finally {
      await original.close();
    }
  });
});
