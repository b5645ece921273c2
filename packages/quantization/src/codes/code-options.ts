import { z } from 'zod';

/** Options of all schemes that store indices. */
export const codeOptions = z.strictObject({
  biasCorrection: z
    .enum(['auto', 'off'])
    .default('auto')
    .describe('biases take back what rounding shifts the mean of each channel by; auto: where there are samples'),
});

/** How a model with coded weights is finished. */
export type CodeOptions = z.infer<typeof codeOptions>;
