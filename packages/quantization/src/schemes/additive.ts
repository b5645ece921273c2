import { defineTechnique } from '@onnx-compress/core';
import { z } from 'zod';
import { codeOptions } from '../codes/code-options.js';
import { codeTransform } from '../codes/encode-model.js';
import { additive as additiveCode } from '../codes/kinds/additive/additive.js';

/** Sums of scaled signs. */
export const additive = defineTechnique({
  family: 'quant',
  name: 'additive',
  summary: 'weights stored as m signs each, whose scaled sum they are: m bits each; floats when the model is loaded',
  reference:
    'Guo et al., Network Sketching, arXiv:1706.02021; Xu et al., Alternating Multi-bit Quantization, arXiv:1802.00150',
  positional: 'm',
  options: codeOptions.extend({
    m: z.int().min(2).max(8).default(3).describe('scaled signs that add up to a weight, and thus bits of each'),
  }),
  needsCalibration: false,
  create: ({ m, ...options }, nodes) => codeTransform(additiveCode(m), nodes, options),
});
