import { type Feeds, seededRandom } from '@onnx-compress/core';
import { calibrationOf } from '@onnx-compress/test-kit';
import { runtimeContext } from '@onnx-compress/test-kit/runtime';
import type { RowSampling } from '../src/rows/wanted.js';

export const { gemm, signal } = runtimeContext();

export function samplingOf(samples: readonly Feeds[], seed = 0): RowSampling {
  return {
    runs: runtimeContext().runs,
    signal,
    calibration: calibrationOf(samples),
    random: (stream) => seededRandom(seed, stream),
  };
}
