import type { Calibration, Feeds } from '@onnx-compress/core';
import { seededRandom } from '@onnx-compress/core';
import { createGemm, createHost, createSampleRuns } from '@onnx-compress/runtime';
import type { RowSampling } from '../src/rows/wanted.js';

const host = createHost('worker');

/** Ends the thread in which models run. */
export const closeHost = () => host.close();

export const gemm = createGemm(host);
export const { signal } = new AbortController();

/** Samples in memory. */
export function calibrationOf(samples: readonly Feeds[]): Calibration {
  return {
    count: samples.length,
    async *samples() {
      yield* samples;
    },
  };
}

export function samplingOf(samples: readonly Feeds[], seed = 0): RowSampling {
  return {
    runs: createSampleRuns(host),
    signal,
    calibration: calibrationOf(samples),
    random: (stream) => seededRandom(seed, stream),
  };
}
