import type { PreprocessOptions } from '@onnx-compress/runtime';
import { z } from 'zod';

const perChannel = z.array(z.number()).min(1).max(3);

/** What becomes of the pixels of pictures, as JSON holds it: text as `--preprocess` takes it, or its parts. */
export const preprocessSchema = z.union([
  z.string().min(1).describe('As --preprocess takes it: "imagenet", "mean=0.5,std=0.5,size=224,order=bgr".'),
  z.strictObject({
    divide: z.number().positive().optional().describe('Divides pixels of 0 to 255; default 255.'),
    mean: perChannel.optional().describe('Is subtracted after the division; default 0.'),
    std: perChannel.optional().describe('Divides the rest; default 1.'),
    order: z.enum(['rgb', 'bgr']).optional().describe('Order of the channels in the model; default rgb.'),
    fit: z
      .enum(['crop', 'stretch', 'pad'])
      .optional()
      .describe('How pictures of another size get that of the model; default crop.'),
    size: z
      .tuple([z.int().positive(), z.int().positive()])
      .optional()
      .describe('Height and width, where the model leaves them open.'),
    layout: z.enum(['nchw', 'nhwc']).optional().describe('Order of the axes, where the shape does not tell.'),
  }),
]) satisfies z.ZodType<string | PreprocessOptions>;
