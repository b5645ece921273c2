import { z } from 'zod';

/** Options of the int8 schemes. */
export const int8Options = z.strictObject({
  /**
   * `auto`: large MatMul and Gemm quantize their activations at run time, all else keeps float activations;
   * `dynamic`: every MatMul and Gemm does; `none`: weights only.
   */
  activations: z.enum(['auto', 'dynamic', 'none']).default('auto'),
  biasCorrection: z
    .enum(['auto', 'off'])
    .default('auto')
    .describe('biases take back what rounding shifts the mean of each channel by; auto: where there are samples'),
});

/** How an int8 scheme treats activations and biases. */
export type Int8Options = z.infer<typeof int8Options>;
