import { type Calibration, pickSamples } from '@onnx-compress/core';

/** Gains flatten at some 250 samples; more than this cost time only. */
const MOST_SAMPLES = 512;

/** Every so many samples one is held out. */
const HELD_OUT_EVERY = 5;

/** Samples in the order in which a repair wants them: those to fit on, then those to judge by. */
export interface UsedSamples extends Calibration {
  /** Part of the samples to fit on; of a single one, the part of its positions. */
  readonly fittedPart: number;
}

/** The part of a single sample that is fitted on. */
const FITTED_PART = 0.8;

/** At most 512 samples, spread over all; every fifth of them is held out, and of two to four the last one. */
export function usedSamples(calibration: Calibration): UsedSamples {
  const count = Math.min(calibration.count, MOST_SAMPLES);
  const order = new Map(
    Array.from({ length: count }, (_, used) => [Math.floor((used * calibration.count) / count), used]),
  );
  const isHeldOut = (used: number) => used % HELD_OUT_EVERY === Math.min(HELD_OUT_EVERY, count) - 1;
  const held = [...order.values()].filter(isHeldOut).length;
  const part = (heldOut: boolean) =>
    pickSamples(calibration, (index) => {
      const used = order.get(index);
      return used !== undefined && isHeldOut(used) === heldOut;
    });
  return {
    count,
    fittedPart: count > 1 ? (count - held) / count : FITTED_PART,
    async *samples() {
      yield* part(false).samples();
      yield* part(true).samples();
    },
  };
}
