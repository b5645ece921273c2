import { z } from 'zod';

/** Options of the scheme fp16. */
export const float16Options = z.strictObject({
  compute: z
    .enum(['float32', 'float16'])
    .default('float32')
    .describe(
      'float32: weights are stored as float16 only; float16: the model computes in it, which is meant for GPUs',
    ),
  io: z
    .enum(['float32', 'float16'])
    .default('float32')
    .describe('type of the float inputs and outputs of a model that computes in float16'),
});
