import type { Calibration } from '@onnx-compress/core';
import { toHostTensors } from '../host/tensors.js';
import { boundDims } from './calibration.js';
import type { HostFeeds, InputSpec } from './input-spec.js';

/** The samples that two models are compared on. */
export interface VerificationInputs {
  readonly source: 'calibration' | 'random';
  readonly count: number;
  /** The first so many samples take, between them, every branch that a single input value can decide; at least 1. */
  readonly variants: number;
  /** Sizes of the symbolic dimensions. */
  readonly dims: Readonly<Record<string, number>>;
  /** Iterating again gives the same samples in the same order. */
  samples(): AsyncIterable<HostFeeds>;
}

/**
 * Verification on the caller's own samples.
 *
 * @param calibration samples that were not used for tuning, see `splitCalibration`
 */
export async function calibrationInputs(
  calibration: Calibration,
  inputs: readonly InputSpec[],
): Promise<VerificationInputs> {
  async function* samples(): AsyncIterable<HostFeeds> {
    for await (const feeds of calibration.samples()) yield await toHostTensors(feeds);
  }
  let dims: ReadonlyMap<string, number> = new Map();
  for await (const first of samples()) {
    dims = boundDims(first, inputs);
    break;
  }
  return { source: 'calibration', count: calibration.count, variants: 1, dims: Object.fromEntries(dims), samples };
}
