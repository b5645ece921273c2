import type { NodeTimes } from '@onnx-compress/core';
import { type Model, modelBytes } from '@onnx-compress/graph';
import { type HostFeeds, measurementInputs, profileModel } from '@onnx-compress/runtime';
import type { Engine } from './engine.js';
import { firstSample } from './latency.js';
import type { RunInputs } from './run-inputs.js';
import type { Source } from './source.js';
import { verificationSamples } from './verify.js';
import type { Workshop } from './workshop.js';

async function timesByLabel(model: Model, feeds: HostFeeds, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
  const { layers } = await profileModel(model, feeds, { signal });
  return new Map(layers.map(({ node, timeMs }) => [node, timeMs]));
}

/** Times nodes on the first sample that the run would verify with. */
export function createNodeTimes(source: Source, inputs: RunInputs, seed: number, shop: Workshop): NodeTimes {
  return {
    async measure(model, signal) {
      const samples = await verificationSamples(source, inputs, seed, { ...shop, level: 'fast' });
      return timesByLabel(model, await firstSample(samples), signal);
    },
  };
}

/** Times nodes on a random sample of the smallest sizes that the model runs with. */
export function nodeTimesOnRandomInputs({ host }: Engine, seed: number): NodeTimes {
  return {
    async measure(model, signal) {
      const session = await host.open({ bytes: await modelBytes(model) }, { signal });
      try {
        return await timesByLabel(model, await measurementInputs(model, session, { seed, signal }), signal);
      } finally {
        await session.release();
      }
    },
  };
}
