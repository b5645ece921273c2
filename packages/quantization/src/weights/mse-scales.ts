import { type Context, yieldToEventLoop } from '@onnx-compress/core';
import { readFloats, type Scratch, type Tensor } from '@onnx-compress/graph';
import { roundingErrors } from '@onnx-compress/math';
import { type Int8Scales, int8Scales, layoutOf } from './int8-weight.js';

/** Parts of the scale from the largest value that are tried: from all of it to half of it. */
const PARTS = Array.from({ length: 26 }, (_, index) => 1 - index / 50);

/**
 * Scales with the least squared error of the quantized weight, one for each channel: the largest values may be clipped
 * where the rest gains more. Of equal ones the larger; never worse than those of `int8Scales`. Otherwise as there.
 *
 * @returns undefined when the weight holds NaN or infinities
 * @throws CancelledError when the signal fires
 */
export async function mseScales(
  tensor: Tensor,
  axis: number | undefined,
  scratch: Scratch,
  signal: Context['signal'],
): Promise<Int8Scales | undefined> {
  const full = await int8Scales(tensor, axis, scratch);
  if (full === undefined) return undefined;
  const scales = await scratch.lend(tensor.byteLength, async (into) =>
    bestParts(await readFloats(tensor, into), tensor, full, signal),
  );
  return { axis, scales };
}

async function bestParts(
  values: Float32Array,
  { dims }: Tensor,
  { axis, scales }: Int8Scales,
  signal: Context['signal'],
): Promise<Float32Array> {
  const layout = layoutOf(dims, axis);
  const best = scales.slice();
  const least = new Float64Array(scales.length).fill(Number.POSITIVE_INFINITY);
  for (const part of PARTS) {
    const tried = scales.map((scale) => scale * part);
    for (const [channel, error] of roundingErrors(values, layout, tried).entries()) {
      if (error >= (least[channel] ?? 0)) continue;
      least[channel] = error;
      best[channel] = tried[channel] ?? 0;
    }
    await yieldToEventLoop(signal);
  }
  return best;
}
