import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelTime, NodeTimes, TimeRatio } from '@onnx-compress/core';
import { type Model, modelBytes } from '@onnx-compress/graph';
import { writeModel } from '@onnx-compress/graph/node';
import { compareModels, type HostFeeds, measurementInputs, profileModel } from '@onnx-compress/runtime';
import { decidingRatio } from '../measure/figures.js';
import type { Engine } from './engine.js';
import { firstSample } from './latency.js';
import type { RunInputs } from './run-inputs.js';
import type { Source } from './source.js';
import { verificationSamples } from './verify.js';
import type { Workshop } from './workshop.js';

/** How often each model is profiled, and how long at most; other work on the machine only ever adds to a time. */
const PASSES = 4;
const SECONDS = 0.2;

/** Time after which a comparison begins no further run, in seconds. */
const COMPARISON_SECONDS = 4;

type FeedsOf = (model: Model, signal: AbortSignal) => Promise<HostFeeds>;

async function profile(model: Model, feeds: HostFeeds, signal: AbortSignal): Promise<ModelTime> {
  const { layers, added } = await profileModel(model, feeds, { seconds: SECONDS, signal });
  const elsewhere = added.reduce((sum, { timeMs }) => sum + timeMs, 0);
  const nodes = new Map<string, number>();
  for (const { node, timeMs } of layers) nodes.set(node, (nodes.get(node) ?? 0) + timeMs);
  return { nodes, elsewhere };
}

function leastOf(first: ModelTime, second: ModelTime): ModelTime {
  const nodes = Array.from(
    first.nodes,
    ([node, time]) => [node, Math.min(time, second.nodes.get(node) ?? time)] as const,
  );
  return { nodes: new Map(nodes), elsewhere: Math.min(first.elsewhere, second.elsewhere) };
}

async function profileInTurn(models: readonly Model[], feeds: HostFeeds, signal: AbortSignal) {
  let least: readonly ModelTime[] = [];
  for (let pass = 0; pass < PASSES; pass++) {
    const times: ModelTime[] = [];
    for (const [index, model] of models.entries()) {
      const time = await profile(model, feeds, signal);
      const before = least[index];
      times.push(before === undefined ? time : leastOf(before, time));
    }
    least = times;
  }
  return least;
}

async function compareFiles(models: readonly [Model, Model], feeds: HostFeeds, seed: number, signal: AbortSignal) {
  const folder = await mkdtemp(join(tmpdir(), 'onnx-compress-compare-'));
  try {
    const [before, after] = [join(folder, 'before.onnx'), join(folder, 'after.onnx')];
    await writeModel(models[0], before, signal);
    await writeModel(models[1], after, signal);
    const options = { threads: 1, maxSeconds: COMPARISON_SECONDS, seed, signal };
    return await compareModels({ location: { path: before }, feeds }, { location: { path: after }, feeds }, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function nodeTimes(feedsOf: FeedsOf, seed: number): NodeTimes {
  return {
    async measure(models, signal) {
      const [first] = models;
      return first === undefined ? [] : profileInTurn(models, await feedsOf(first, signal), signal);
    },
    async compare(original, candidate, signal): Promise<TimeRatio> {
      const comparison = await compareFiles([original, candidate], await feedsOf(original, signal), seed, signal);
      const { ratio, low, high } = decidingRatio(comparison);
      return { ratio: 1 / ratio, low: 1 / high, high: 1 / low };
    },
  };
}

/** Times models on the first sample that the run would verify with. */
export function createNodeTimes(source: Source, inputs: RunInputs, seed: number, shop: Workshop): NodeTimes {
  const feedsOf: FeedsOf = async () =>
    firstSample(await verificationSamples(source, inputs, seed, { ...shop, level: 'fast' }));
  return nodeTimes(feedsOf, seed);
}

/** Times models on a random sample of the smallest sizes that the original runs with. */
export function nodeTimesOnRandomInputs({ host }: Engine, seed: number): NodeTimes {
  const feedsOf: FeedsOf = async (model, signal) => {
    const session = await host.open({ bytes: await modelBytes(model) }, { signal });
    try {
      return await measurementInputs(model, session, { seed, signal });
    } finally {
      await session.release();
    }
  };
  return nodeTimes(feedsOf, seed);
}
