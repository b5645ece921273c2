import { yieldToEventLoop } from '@onnx-compress/core';
import { absoluteMax, hasNonFinite } from '@onnx-compress/math';
import type { Engine } from './engine.js';

/** Elements that are looked at between two pauses. */
const BETWEEN_PAUSES = 2 ** 20;

/** The largest magnitude among finite numbers; undefined where one is not finite. */
export async function largestMagnitude(values: Float32Array, { signal }: Engine): Promise<number | undefined> {
  let largest = 0;
  for (let first = 0; first < values.length; first += BETWEEN_PAUSES) {
    await yieldToEventLoop(signal);
    const part = values.subarray(first, first + BETWEEN_PAUSES);
    if (hasNonFinite(part)) return undefined;
    largest = Math.max(largest, absoluteMax(part));
  }
  return largest;
}
