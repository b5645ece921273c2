import { defineTechnique } from '@onnx-compress/core';
import { codeOptions } from '../codes/code-options.js';
import { codeTransform } from '../codes/encode-model.js';
import { ternary as ternaryCode } from '../codes/kinds/ternary.js';

/** Two bits for each weight: negative, zero or positive. */
export const ternary = defineTechnique({
  family: 'quant',
  name: 'ternary',
  summary:
    'weights stored as -1, 0 and 1, with a scale per output channel: 2 bits each; floats when the model is loaded',
  reference: 'Li et al., Ternary Weight Networks, arXiv:1605.04711, with the threshold of least squared error',
  positional: undefined,
  options: codeOptions,
  needsCalibration: false,
  create: (options, nodes) => codeTransform(ternaryCode, nodes, options),
});
