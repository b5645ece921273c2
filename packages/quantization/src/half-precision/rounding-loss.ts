import { type Context, yieldToEventLoop } from '@onnx-compress/core';
import { readFloats, type Scratch, type Tensor } from '@onnx-compress/graph';
import type { HalfFormat } from './half-format.js';

/** What a tensor loses when it is rounded to two bytes. */
export interface RoundingLoss {
  /** True where a finite value would become infinite. */
  readonly overflows: boolean;
  /** Energy of the finite values over that of their rounding errors, in decibels; Infinity where nothing is lost. */
  readonly snrDb: number;
}

/** Values looked at without a pause: some 10 ms. */
const BLOCK = 2 ** 20;

/**
 * Reads the tensor once and rounds it block by block.
 *
 * @throws CancelledError when the signal fires
 */
export async function roundingLoss(
  tensor: Tensor,
  format: HalfFormat,
  scratch: Scratch,
  signal: Context['signal'],
): Promise<RoundingLoss> {
  return scratch.lend(tensor.byteLength, async (into) => {
    const values = await readFloats(tensor, into);
    let [energy, noise] = [0, 0];
    for (let start = 0; start < values.length; start += BLOCK) {
      await yieldToEventLoop(signal);
      const block = values.subarray(start, start + BLOCK);
      const lost = blockLoss(block, format.rounded(block), tensor.dataType === 'float64');
      if (lost === undefined) return { overflows: true, snrDb: Number.NEGATIVE_INFINITY };
      energy += lost.energy;
      noise += lost.noise;
    }
    return { overflows: false, snrDb: noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(energy / noise) };
  });
}

/**
 * Undefined where a finite value becomes infinite.
 *
 * @param wide whether the file holds doubles, which may have become infinite on the way to float32
 */
function blockLoss(values: Float32Array, rounded: Float32Array, wide: boolean) {
  let [energy, noise] = [0, 0];
  for (const [index, value] of values.entries()) {
    const difference = value - (rounded[index] ?? 0);
    if (Number.isFinite(difference)) {
      energy += value * value;
      noise += difference * difference;
    } else if (Number.isFinite(value) || (wide && !Number.isNaN(value))) return undefined;
  }
  return { energy, noise };
}
