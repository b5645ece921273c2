import { readFloats } from '@onnx-compress/graph';
import { channelLayout, normPerChannel } from '@onnx-compress/math';
import type { Criterion } from './criterion.js';

/** The p-norm of each channel's weights, without its bias. */
export function weightNorm(p: number): Criterion {
  return async (weight, axis) => normPerChannel(await readFloats(weight), channelLayout(weight.dims, axis), p);
}
