import { z } from 'zod';

/** Options of the int8 schemes. */
export const int8Options = z.strictObject({
  /**
   * `auto`: large MatMul and Gemm quantize their activations at run time, all else keeps float activations;
   * `dynamic`: every MatMul and Gemm does; `none`: weights only.
   */
  activations: z.enum(['auto', 'dynamic', 'none']).default('auto'),
});

/** How an int8 scheme treats activations. */
export type Int8Options = z.infer<typeof int8Options>;
