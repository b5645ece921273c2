import { defineTechnique } from '@onnx-compress/core';
import { codeOptions } from '../codes/code-options.js';
import { codeTransform } from '../codes/encode-model.js';
import { binary as binaryCode } from '../codes/kinds/binary.js';

/** One bit for each weight: its sign. */
export const binary = defineTechnique({
  family: 'quant',
  name: 'binary',
  summary: 'weights stored as signs, with a scale per output channel: 1 bit each; floats when the model is loaded',
  reference: 'Rastegari et al., XNOR-Net, arXiv:1603.05279; scale = mean |w|',
  positional: undefined,
  options: codeOptions,
  needsCalibration: false,
  create: (options, nodes) => codeTransform(binaryCode, nodes, options),
});
