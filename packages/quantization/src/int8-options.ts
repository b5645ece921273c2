import { z } from 'zod';

const biasCorrection = z
  .enum(['auto', 'off'])
  .default('auto')
  .describe('biases take back what rounding shifts the mean of each channel by; auto: where there are samples');

const weightObserver = z
  .enum(['absmax', 'mse'])
  .default('absmax')
  .describe('scale of a weight: from its largest value, or the one with the least squared error');

const rounding = z
  .enum(['nearest', 'stochastic'])
  .default('nearest')
  .describe('weights go to the nearest integers, or up and down at random so that the mean error is zero');

/** Options of schemes that leave the activations to the runtime. */
export const weightOptions = z.strictObject({ weightObserver, rounding, biasCorrection });

/** Options of schemes whose weights have zero points, and thus no kernels for known activation scales. */
export const asymmetricOptions = z.strictObject({
  activations: z
    .enum(['auto', 'dynamic', 'none'])
    .default('auto')
    .describe(
      'auto: quantized at run time for large matrix products; dynamic: for all matrix products; none: weights only',
    ),
  rounding,
  biasCorrection,
});

/** Options of the int8 schemes. */
export const int8Options = z.strictObject({
  activations: z
    .enum(['auto', 'static', 'dynamic', 'none'])
    .default('auto')
    .describe(
      'auto: with samples, integers between the layers where that is faster, and at run time for large matrix products; static: wherever it is possible; dynamic: for matrix products at run time; none: weights only',
    ),
  observer: z
    .enum(['auto', 'minmax', 'percentile', 'entropy', 'mse', 'ema'])
    .default('auto')
    .describe('how the range of activations comes from what samples show; auto chooses for each value'),
  percentile: z
    .number()
    .gt(50)
    .max(100)
    .default(99.999)
    .describe('part of the values within the range, in percent, for observer=percentile'),
  activationDtype: z.enum(['uint8', 'int8']).default('uint8').describe('integers between the layers'),
  symmetric: z.boolean().default(false).describe('ranges of activations that reach as far below zero as above'),
  reduceRange: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .describe('7 bits for weights, which processors without VNNI need; auto: for node-x64-avx2'),
  format: z
    .enum(['qdq', 'qoperator'])
    .default('qdq')
    .describe('operators between QuantizeLinear and DequantizeLinear, or integer operators of their own'),
  weightObserver,
  equalization: z
    .enum(['auto', 'off', 'weights', 'activations'])
    .default('auto')
    .describe(
      'scales channels between layers: weights of both sides alike, or activations and the weights behind; auto: with samples, activations in front of depthwise layers, where no weight changes its integers',
    ),
  rounding: z
    .enum(['nearest', 'adaptive', 'stochastic'])
    .default('nearest')
    .describe(
      'weights go to the nearest integers, to those that change the outputs of layers least on samples, or up and down at random so that the mean error is zero',
    ),
  biasCorrection,
  autoFallback: z
    .boolean()
    .default(false)
    .describe('returns the worst layers to float until the outputs reach min-snr on the samples'),
  minSnr: z
    .number()
    .optional()
    .describe('least signal-to-noise ratio of the outputs in dB for auto-fallback; default that of the budget, or 25'),
});

/** How an int8 scheme treats activations, weights and biases. */
export type Int8Options = z.infer<typeof int8Options>;
