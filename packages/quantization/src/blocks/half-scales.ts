import { float16ToFloat32, float32ToFloat16 } from '@onnx-compress/math';
import type { ChosenBlocks } from './chosen-blocks.js';

/** Below this float16 is off by more than 1/128 of the scale; with integers that are chosen already, an error. */
const SMALLEST = 2 ** -18;
const LARGEST = 65_504;

/** Blocks with scales that float16 holds exactly; undefined where one of them is too small or too large for that. */
export function withHalfScales(chosen: ChosenBlocks): ChosenBlocks | undefined {
  const { scales } = chosen.parameters;
  if (!scales.every((scale) => Math.abs(scale) >= SMALLEST && Math.abs(scale) <= LARGEST)) return undefined;
  const rounded = float16ToFloat32(float32ToFloat16(scales));
  return { ...chosen, parameters: { ...chosen.parameters, scales: rounded } };
}
