import { type Calibration, pickSamples } from '@onnx-compress/core';

/** Samples to refit layers on, and others to judge by what comes of it. */
export interface CalibrationShares {
  readonly fitting: Calibration;
  readonly judging: Calibration;
}

/** Fewest samples that can be divided so that both shares tell something. */
export const FEWEST_SAMPLES = 8;

const JUDGING = { part: 0.2, fewest: 2, most: 48 };

/**
 * Divides samples, every fifth for judging: a layer with more inputs than samples can be refitted to make up for any loss
 * on the samples that it sees, so only others tell what the loss is.
 */
export function divideCalibration(calibration: Calibration): CalibrationShares {
  const { count } = calibration;
  const size = Math.min(JUDGING.most, Math.max(JUDGING.fewest, Math.floor(count * JUDGING.part)));
  const judging = new Set(Array.from({ length: size }, (_, index) => Math.floor(((index + 0.5) * count) / size)));
  return {
    fitting: pickSamples(calibration, (index) => !judging.has(index)),
    judging: pickSamples(calibration, (index) => judging.has(index)),
  };
}
