import { present } from '@onnx-compress/graph';
import type { Calibration, Feeds } from '../context.js';

/** Reads samples by their indices, which ascend; the others only where there is no way around them. */
async function* samplesAt(calibration: Calibration, indices: readonly number[]): AsyncGenerator<Feeds> {
  if (calibration.sample !== undefined) {
    for (const index of indices) yield await calibration.sample(index);
    return;
  }
  const wanted = new Set(indices);
  let index = 0;
  for await (const feeds of calibration.samples()) if (wanted.has(index++)) yield feeds;
}

/** The samples whose index is wanted, in their order. */
export function pickSamples(calibration: Calibration, isWanted: (index: number) => boolean): Calibration {
  const indices = Array.from({ length: calibration.count }, (_, index) => index).filter(isWanted);
  const { sample } = calibration;
  return {
    count: indices.length,
    samples: () => samplesAt(calibration, indices),
    ...(sample !== undefined && {
      sample: (index: number) => sample.call(calibration, present(indices[index], 'sample')),
    }),
  };
}
