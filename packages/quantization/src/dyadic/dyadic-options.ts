import { z } from 'zod';
import { int8Options } from '../int8-options.js';
import type { DyadicScaling } from './scales/dyadic-scaling.js';

/** Options of int8-dyadic: those of int8 that its integers leave open, and its own. */
export const dyadicOptions = z.strictObject({
  format: z
    .enum(['qdq', 'integer'])
    .default('qdq')
    .describe(
      'operators between QuantizeLinear and DequantizeLinear, which onnxruntime runs fast; or plain integer operators',
    ),
  scales: z
    .enum(['short', 'pow2'])
    .default('short')
    .describe('scales of activations: of few bits, or powers of two, which take up to half of the range'),
  weights: z
    .enum(['short', 'pow2'])
    .default('short')
    .describe('scales of weights: of few bits, or powers of two, which leave little but a shift to multiply with'),
  multiplierBits: z
    .int()
    .min(8)
    .max(24)
    .default(16)
    .describe('bits of the integers that sums of layers are multiplied with, at most'),
  ...int8Options.pick({
    observer: true,
    percentile: true,
    reduceRange: true,
    weightObserver: true,
    equalization: true,
    rounding: true,
    biasCorrection: true,
    autoFallback: true,
    minSnr: true,
  }).shape,
});

/** How a dyadic model is scaled and written. */
export type DyadicOptions = z.infer<typeof dyadicOptions>;

/** Significant bits of the scale of an activation. */
const SHORT = 5;

/** What the options say of the scales. */
export function scalingOf({ scales, weights, multiplierBits }: DyadicOptions): DyadicScaling {
  return { mantissaBits: scales === 'pow2' ? 1 : SHORT, multiplierBits, plainWeights: weights === 'pow2' };
}
