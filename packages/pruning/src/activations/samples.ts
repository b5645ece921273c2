import { type Observer, observe } from '@onnx-compress/core';
import type { ScoringContext } from '../criteria/criterion.js';
import { samplesMissing } from '../messages.js';

/** The calibration samples, to be gone through a number of times that is known beforehand. */
export interface Samples {
  /** Runs the model on all samples once. */
  observe(observers: readonly Observer[]): Promise<void>;
}

/**
 * The samples of a step, which report progress over all passes.
 *
 * @throws StepError where there are none
 */
export function samplesOf(context: ScoringContext, passes: number): Samples {
  const { model, runs, calibration, signal, progress } = context;
  if (calibration === undefined || calibration.count === 0) throw samplesMissing();
  const total = calibration.count * passes;
  let done = 0;
  const onSample = () => progress(Math.min(++done, total), total, 'samples');
  return { observe: (observers) => observe(model, observers, { runs, calibration, signal, onSample }) };
}
