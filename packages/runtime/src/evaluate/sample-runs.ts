import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SampleRuns } from '@onnx-compress/core';
import { throwIfAborted, toCompressError } from '@onnx-compress/core';
import type { Tensor } from '@onnx-compress/graph';
import { writeModel } from '@onnx-compress/graph/node';
import type { Host, SessionOptions } from '../host/contract.js';
import { fromHostTensors, toHostTensors } from '../host/tensors.js';
import { Traffic } from '../memory/traffic.js';

const bytesIn = (tensors: ReadonlyMap<string, Tensor>) =>
  [...tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);

/**
 * Runs edited copies of a model on samples. The copy is written to a temporary file, so that its weights are in memory
 * once; the file is removed in any case.
 *
 * @example
 * const runs = createSampleRuns(createHost('process'));
 * await runs.run(model, calibration.samples(), (outputs) => add(outputs.get('mean')), signal);
 */
export function createSampleRuns(host: Host, options: Pick<SessionOptions, 'threads'> = {}): SampleRuns {
  const traffic = new Traffic();
  return {
    async run(model, samples, observe, signal) {
      const folder = await mkdtemp(join(tmpdir(), 'onnx-compress-samples-'));
      try {
        const path = join(folder, 'model.onnx');
        await writeModel(model, path, signal).catch((error: unknown) => {
          throw toCompressError(error, signal);
        });
        const session = await host.open({ path }, { ...options, memoryPattern: false, signal });
        try {
          let index = 0;
          for await (const feeds of samples) {
            throwIfAborted(signal);
            const outputs = fromHostTensors(await session.run(await toHostTensors(feeds), { signal }));
            await observe(outputs, index++);
            traffic.count(bytesIn(feeds) + bytesIn(outputs));
          }
        } finally {
          await session.release();
        }
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
