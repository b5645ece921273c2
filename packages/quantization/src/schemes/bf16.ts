import { defineTechnique } from '@onnx-compress/core';
import { z } from 'zod';
import { BFLOAT16 } from '../half-precision/half-format.js';
import { halfStorage } from '../half-precision/half-storage.js';

/** Weights as bfloat16: no value is too large or too small for it, and each keeps 8 bits. */
export const bf16 = defineTechnique({
  family: 'quant',
  name: 'bf16',
  summary: 'weights stored as bfloat16, which keeps the range of float32, and turned back when the model is loaded',
  reference: 'Kalamkar et al. 2019; ONNX Cast, round to nearest even',
  positional: undefined,
  options: z.strictObject({}),
  needsCalibration: false,
  create: (_options, nodes) => halfStorage(BFLOAT16, nodes),
});
