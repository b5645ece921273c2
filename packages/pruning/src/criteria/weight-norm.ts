import { normPerChannel } from '@onnx-compress/math';
import type { Criterion } from './criterion.js';
import { overProducers } from './sum-over-weights.js';

/** The p-norm of each channel's weights, without its bias. */
export function weightNorm(p: number): Criterion {
  return overProducers((values, layout) => normPerChannel(values, layout, p));
}
