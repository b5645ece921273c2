import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeTimes } from '@onnx-compress/core';
import type { Model, Tensor } from '@onnx-compress/graph';
import { writeModel } from '@onnx-compress/graph/node';
import { compareModels, profileModel, toHostTensors } from '@onnx-compress/runtime';

async function written<T>(models: readonly Model[], use: (paths: readonly string[]) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'onnx-compress-test-'));
  try {
    const paths = models.map((_, index) => join(folder, `${index}.onnx`));
    for (const [index, model] of models.entries()) await writeModel(model, paths[index] ?? '');
    return await use(paths);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Times models for real, as short as possible. */
export function shortTimes(inputs: ReadonlyMap<string, Tensor>): NodeTimes {
  return {
    async measure(models, signal) {
      const feeds = await toHostTensors(inputs);
      const profiles = [];
      for (const model of models) profiles.push(await profileModel(model, feeds, { seconds: 0.01, signal }));
      return profiles.map(({ layers, added }) => ({
        nodes: new Map(layers.map(({ node, timeMs }) => [node, timeMs])),
        elsewhere: added.reduce((sum, { timeMs }) => sum + timeMs, 0),
      }));
    },
    async compare(original, candidate, signal) {
      const feeds = await toHostTensors(inputs);
      return written([original, candidate], async ([before = '', after = '']) => {
        const options = { threads: 1, runs: 6, runMs: 10, signal };
        const { cpu } = await compareModels(
          { location: { path: before }, feeds },
          { location: { path: after }, feeds },
          options,
        );
        return { ratio: 1 / cpu.ratio, low: 1 / cpu.high, high: 1 / cpu.low };
      });
    },
  };
}
