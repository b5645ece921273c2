import type { Calibration } from '../context.js';

/** The samples whose index is wanted, in their order. */
export function pickSamples(calibration: Calibration, isWanted: (index: number) => boolean): Calibration {
  return {
    count: Array.from({ length: calibration.count }, (_, index) => index).filter(isWanted).length,
    async *samples() {
      let index = 0;
      for await (const feeds of calibration.samples()) if (isWanted(index++)) yield feeds;
    },
  };
}
