import { type Calibration, pickSamples } from '@onnx-compress/core';

/** One sample in so many is held out. */
const EVERY = 5;

/** Samples for measuring, and others on which a repair has to prove itself. */
export interface SplitCalibration {
  readonly fit: Calibration;
  readonly heldOut: Calibration;
}

/** Holds out every fifth sample; of fewer than five, all serve both purposes. */
export function splitCalibration(calibration: Calibration): SplitCalibration {
  if (calibration.count < EVERY) return { fit: calibration, heldOut: calibration };
  const isHeldOut = (index: number) => index % EVERY === EVERY - 1;
  return {
    fit: pickSamples(calibration, (index) => !isHeldOut(index)),
    heldOut: pickSamples(calibration, isHeldOut),
  };
}
