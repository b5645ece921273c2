import type { Calibration, Feeds } from '@onnx-compress/core';
import type { Tensor } from '@onnx-compress/graph';

/** Samples in memory, in this order. */
export function calibrationOf(samples: readonly Feeds[]): Calibration {
  return {
    count: samples.length,
    async *samples() {
      yield* samples;
    },
  };
}

/** Samples of one input. */
export function samplesOf(name: string, tensors: readonly Tensor[]): Calibration {
  return calibrationOf(tensors.map((tensor) => new Map([[name, tensor]])));
}
