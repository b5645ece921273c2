import type { Calibration } from '@onnx-compress/core';

/** One sample in so many is held out. */
const EVERY = 5;

/** Samples for measuring, and others on which a repair has to prove itself. */
export interface SplitCalibration {
  readonly fit: Calibration;
  readonly heldOut: Calibration;
}

function selected(calibration: Calibration, isWanted: (index: number) => boolean): Calibration {
  return {
    count: Array.from({ length: calibration.count }, (_, index) => index).filter(isWanted).length,
    async *samples() {
      let index = 0;
      for await (const feeds of calibration.samples()) if (isWanted(index++)) yield feeds;
    },
  };
}

/** Holds out every fifth sample; of fewer than five, all serve both purposes. */
export function splitCalibration(calibration: Calibration): SplitCalibration {
  if (calibration.count < EVERY) return { fit: calibration, heldOut: calibration };
  const isHeldOut = (index: number) => index % EVERY === EVERY - 1;
  return {
    fit: selected(calibration, (index) => !isHeldOut(index)),
    heldOut: selected(calibration, isHeldOut),
  };
}
