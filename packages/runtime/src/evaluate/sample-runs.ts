import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SampleRuns } from '@onnx-compress/core';
import { throwIfAborted } from '@onnx-compress/core';
import { writeModel } from '@onnx-compress/graph/node';
import type { Host, SessionOptions } from '../host/contract.js';
import { fromHostTensors, toHostTensors } from '../host/tensors.js';
import { collectGarbage } from './collect-garbage.js';

/** Bytes of outputs after which it pays to collect the dead ones; a collection takes longer than many short runs. */
const COLLECT_AFTER = 64 * 2 ** 20;

/**
 * Runs edited copies of a model on samples. The copy is written to a temporary file, so that its weights are in memory
 * once; the file is removed in any case.
 *
 * @example
 * const runs = createSampleRuns(createHost('process'));
 * await runs.run(model, calibration.samples(), (outputs) => add(outputs.get('mean')), signal);
 */
export function createSampleRuns(host: Host, options: Pick<SessionOptions, 'threads'> = {}): SampleRuns {
  let received = 0;
  return {
    async run(model, samples, observe, signal) {
      const folder = await mkdtemp(join(tmpdir(), 'onnx-compress-samples-'));
      try {
        const path = join(folder, 'model.onnx');
        await writeModel(model, path, signal);
        const session = await host.open({ path }, { ...options, signal });
        try {
          let index = 0;
          for await (const feeds of samples) {
            throwIfAborted(signal);
            const outputs = fromHostTensors(await session.run(await toHostTensors(feeds), { signal }));
            for (const { byteLength } of outputs.values()) received += byteLength;
            await observe(outputs, index++);
          }
        } finally {
          await session.release();
          if (received >= COLLECT_AFTER) {
            collectGarbage();
            received = 0;
          }
        }
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
