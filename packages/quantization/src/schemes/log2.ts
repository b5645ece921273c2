import { defineTechnique } from '@onnx-compress/core';
import { z } from 'zod';
import { codeOptions } from '../codes/code-options.js';
import { codeTransform } from '../codes/encode-model.js';
import { log2 as log2Code } from '../codes/kinds/log2.js';

/** Weights as powers of two, which hardware without a multiplier shifts by. */
export const log2 = defineTechnique({
  family: 'quant',
  name: 'log2',
  summary: 'weights stored as signs and powers of two; floats when the model is loaded',
  reference: 'Miyashita et al., Convolutional Neural Networks using Logarithmic Data Representation, 2016',
  positional: 'bits',
  options: codeOptions.extend({
    bits: z.int().min(2).max(8).default(4).describe('bits a number, sign and zero included'),
  }),
  needsCalibration: false,
  create: ({ bits, ...options }, nodes) => codeTransform(log2Code(bits), nodes, options),
});
