import { type SampleSource, sampleSource } from './calibration.js';

/** Samples for tuning, and others for verification and choices. */
export interface CalibrationSplit {
  readonly tuning: SampleSource;
  readonly heldOut: SampleSource;
}

/**
 * Holds a part of the samples out, evenly spread over all of them. A single sample serves both purposes, since nothing
 * else is left.
 *
 * @param part how much to hold out, above 0 and below 1; at least one sample is held out, and at least one is not
 * @example
 * const { tuning, heldOut } = splitCalibration(samples);   // 100 samples: 80 and 20
 */
export function splitCalibration(source: SampleSource, part = 0.2): CalibrationSplit {
  const { count } = source;
  if (count < 2) return { tuning: source, heldOut: source };
  const size = Math.min(count - 1, Math.max(1, Math.floor(count * part)));
  const heldOut = new Set(Array.from({ length: size }, (_, index) => Math.floor(((index + 0.5) * count) / size)));
  const all = Array.from({ length: count }, (_, index) => index);
  return {
    tuning: selected(
      source,
      all.filter((index) => !heldOut.has(index)),
    ),
    heldOut: selected(source, [...heldOut]),
  };
}

function selected(source: SampleSource, indices: readonly number[]): SampleSource {
  return sampleSource(indices.length, async (index) => {
    const original = indices[index];
    if (original === undefined) throw new RangeError(`no sample ${index}`);
    return source.sample(original);
  });
}
