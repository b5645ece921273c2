import { z } from 'zod';
import { codeOptions } from '../codes/code-options.js';

const SMALLEST_BLOCK = 16;
const LARGEST_BLOCK = 256;

const isBlockSize = (size: number) =>
  size >= SMALLEST_BLOCK && size <= LARGEST_BLOCK && Number.isInteger(Math.log2(size));

/** Options of `int4-block`. */
export const blockOptions = z.strictObject({
  blockSize: z
    .number()
    .refine(isBlockSize, 'must be 16, 32, 64, 128 or 256')
    .default(32)
    .describe('weights that share a scale: 16, 32, 64, 128 or 256 neighbours along the axis that a product sums over'),
  symmetric: z
    .boolean()
    .default(false)
    .describe('zero is the middle of the integers; false: each block has a zero point of its own, half a byte or one'),
  method: z
    .enum(['rtn', 'hqq', 'gptq', 'awq'])
    .default('rtn')
    .describe(
      'how integers are chosen: rtn: the nearest ones; hqq: scales and zero points that ignore outliers; gptq: those that change the outputs on samples least, where that holds for samples that took no part; awq: the nearest, once input channels are scaled by their size on samples',
    ),
  rounding: z
    .enum(['nearest', 'stochastic'])
    .default('nearest')
    .describe(
      'for method=rtn: weights go to the nearest integers, or up and down at random so that the mean error is zero',
    ),
  format: z
    .enum(['qdq', 'matmulnbits'])
    .default('qdq')
    .describe(
      'matrix products on 4 bits: standard DequantizeLinear where onnxruntime fuses it, or its own operator everywhere',
    ),
  kernels: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .describe(
      'products and tables that stay 4 bits in memory: auto: where float32 is not faster; on: all; off: none, floats when the model is loaded',
    ),
  scaleType: z
    .enum(['float16', 'float32'])
    .default('float16')
    .describe('type of the scales where weights become floats when the model is loaded; 4-bit kernels have float32'),
  biasCorrection: codeOptions.shape.biasCorrection,
});

/** See {@link blockOptions}. */
export type BlockOptions = z.infer<typeof blockOptions>;
