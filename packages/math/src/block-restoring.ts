import type { BlockLayout } from './block-layout.js';
import type { BlockParameters } from './block-parameters.js';
import { checkRuns, eachRun, type RunParameters } from './block-runs.js';

/**
 * What nibbles stand for, `scale * (nibble - zero point)` in float32, as ONNX DequantizeLinear computes it.
 *
 * @param target takes one number for each nibble, in the same order
 * @throws RangeError when lengths do not fit the layout
 */
export function restoreFromBlocks(
  nibbles: Uint8Array,
  layout: BlockLayout,
  parameters: BlockParameters,
  target: Float32Array,
): void {
  checkRuns(target.length, nibbles.length, layout);
  eachRun(layout, parameters, (run, start, end) => {
    if (layout.transposed) restoreAcross(nibbles, start, end, run, target);
    else restoreAlong(nibbles, start, end, run, target);
  });
}

function restoreAlong(nibbles: Uint8Array, start: number, end: number, run: RunParameters, target: Float32Array): void {
  const scale = run.scales[0];
  const zeroPoint = run.zeroPoints[0];
  for (let at = start; at < end; at++) target[at] = (nibbles[at] - zeroPoint) * scale;
}

function restoreAcross(
  nibbles: Uint8Array,
  start: number,
  end: number,
  { scales, zeroPoints }: RunParameters,
  target: Float32Array,
): void {
  for (let line = start; line < end; line += scales.length) {
    for (let row = 0; row < scales.length; row++) {
      target[line + row] = (nibbles[line + row] - zeroPoints[row]) * scales[row];
    }
  }
}
