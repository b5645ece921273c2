import { z } from 'zod';

/** Options that every structured criterion takes. */
export const structuredOptions = z.strictObject({
  ratio: z.number().gt(0).lt(1).describe('part of the channels to remove in each layer'),
  round: z
    .union([z.literal('auto'), z.int().min(1)])
    .default('auto')
    .describe('kept channels are a multiple of this; auto: 16 from 64 channels on, 8 from 32, 4 from 16, else 1'),
  minKeep: z.number().min(0).max(1).default(0.2).describe('part of the channels that stays in every layer'),
});

/** How much to remove from each layer. */
export type StructuredOptions = z.infer<typeof structuredOptions>;
