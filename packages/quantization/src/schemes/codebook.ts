import { defineTechnique } from '@onnx-compress/core';
import { z } from 'zod';
import { codeOptions } from '../codes/code-options.js';
import { codeTransform } from '../codes/encode-model.js';
import { codebook as codebookCode } from '../codes/kinds/codebook/codebook.js';

/** Weights as entries of small tables that k-means finds. */
export const codebook = defineTechnique({
  family: 'quant',
  name: 'codebook',
  summary: 'weights stored as indices into tables of k floats, found by k-means; floats when the model is loaded',
  reference: 'Han et al., Deep Compression, 2016; exact k-means on a line: Grønlund et al. 2017',
  positional: 'k',
  options: codeOptions.extend({
    k: z.int().min(2).max(256).default(16).describe('entries of a table; 16 take 4 bits a number'),
    granularity: z
      .enum(['shared', 'tensor', 'channel'])
      .default('shared')
      .describe(
        'shared: a table for each weight, whose channels have scales; tensor: the same without scales; channel: a table for each channel',
      ),
  }),
  needsCalibration: false,
  create: ({ k, granularity, ...options }, nodes) => codeTransform(codebookCode(k, granularity), nodes, options),
});
