import { type BlockLayout, checkMatrix } from './block-layout.js';
import type { BlockParameters } from './block-parameters.js';
import { Rounder, saturated } from './block-rounding.js';
import { type Bands, eachRun, type RunParameters } from './block-runs.js';
import type { ErrorEnergy } from './error-energy.js';

/**
 * The energy of a matrix, and of what rounding to the nearest nibbles takes from it.
 *
 * @param bands what is looked at; all of the matrix where it is left out
 * @throws RangeError when lengths do not fit the layout
 */
export function blockErrorEnergy(
  values: Float32Array,
  layout: BlockLayout,
  parameters: BlockParameters,
  bands?: Bands,
): ErrorEnergy {
  checkMatrix('values', values.length, layout);
  const rounder = new Rounder(layout);
  const energy = { signal: 0, noise: 0 };
  const visit = (run: RunParameters, start: number, end: number) => {
    rounder.begin(run);
    for (let line = start; line < end; line += run.scales.length) addLine(values, line, run, rounder, energy);
  };
  eachRun(layout, parameters, visit, bands);
  return energy;
}

/** Adds one number for each of the parameters. */
function addLine(
  values: Float32Array,
  start: number,
  { scales, zeroPoints }: RunParameters,
  { inverses, shifts }: Rounder,
  energy: { signal: number; noise: number },
): void {
  let { signal, noise } = energy;
  for (let index = 0; index < scales.length; index++) {
    const value = values[start + index];
    const nibble = saturated((value * inverses[index] + shifts[index]) | 0);
    const error = value - Math.fround((nibble - zeroPoints[index]) * scales[index]);
    signal += value * value;
    noise += error * error;
  }
  energy.signal = signal;
  energy.noise = noise;
}
