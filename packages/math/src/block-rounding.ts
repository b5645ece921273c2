import type { BlockLayout } from './block-layout.js';
import type { BlockParameters } from './block-parameters.js';
import { checkRuns, eachRun, type RunParameters } from './block-runs.js';

/** HIGHEST_NIBBLE; V8 folds a constant of its own module only. */
const HIGHEST = 15;

/**
 * The nearest nibbles, 0 to 15, of a matrix in blocks: `round(value / scale) + zero point`, saturated; halves go up.
 *
 * @param target takes one number for each value, in the same order
 * @throws RangeError when lengths do not fit the layout
 */
export function roundToBlocks(
  values: Float32Array,
  layout: BlockLayout,
  parameters: BlockParameters,
  target: Uint8Array,
): void {
  checkRuns(values.length, target.length, layout);
  const rounder = new Rounder(layout);
  eachRun(layout, parameters, (run, start, end) => {
    rounder.begin(run);
    if (layout.transposed) roundAcross(values, start, end, rounder, target);
    else roundAlong(values, start, end, rounder, target);
  });
}

/** As {@link roundToBlocks}, into memory of its own. */
export function nearestNibbles(values: Float32Array, layout: BlockLayout, parameters: BlockParameters): Uint8Array {
  const nibbles = new Uint8Array(values.length);
  roundToBlocks(values, layout, parameters, nibbles);
  return nibbles;
}

/** What values are multiplied with, and what is added before the fraction is cut off. */
export class Rounder {
  readonly inverses: Float64Array;
  readonly shifts: Float64Array;

  constructor({ rows, transposed }: BlockLayout) {
    this.inverses = new Float64Array(transposed ? rows : 1);
    this.shifts = new Float64Array(transposed ? rows : 1);
  }

  begin({ scales, zeroPoints }: RunParameters): void {
    for (let index = 0; index < scales.length; index++) {
      this.inverses[index] = 1 / scales[index];
      this.shifts[index] = zeroPoints[index] + 0.5;
    }
  }
}

function roundAlong(values: Float32Array, start: number, end: number, rounder: Rounder, target: Uint8Array): void {
  const inverse = rounder.inverses[0];
  const shift = rounder.shifts[0];
  for (let at = start; at < end; at++) target[at] = saturated((values[at] * inverse + shift) | 0);
}

function roundAcross(values: Float32Array, start: number, end: number, rounder: Rounder, target: Uint8Array): void {
  const { inverses, shifts } = rounder;
  for (let line = start; line < end; line += inverses.length) {
    for (let row = 0; row < inverses.length; row++) {
      target[line + row] = saturated((values[line + row] * inverses[row] + shifts[row]) | 0);
    }
  }
}

/** Comparisons rather than `Math.min` and `Math.max`, which take longer in V8. */
export function saturated(nibble: number): number {
  if (nibble < 0) return 0;
  if (nibble > HIGHEST) return HIGHEST;
  return nibble;
}
