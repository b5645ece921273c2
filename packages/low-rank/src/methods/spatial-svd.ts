import { defineTechnique } from '@onnx-compress/core';
import { factorization } from '../factorization.js';
import { convolutionOptions } from '../options.js';
import { spatial } from '../sites/spatial.js';

/** A convolution as a vertical and a horizontal one. */
export const spatialSvd = defineTechnique({
  family: 'low-rank',
  name: 'spatial-svd',
  summary: 'Conv as a vertical and a horizontal one, by truncated singular value decomposition',
  reference: 'Jaderberg et al., Speeding up Convolutional Neural Networks with Low Rank Expansions, arXiv:1405.3866',
  positional: 'ratio',
  options: convolutionOptions,
  needsCalibration: false,
  create: (options, nodes) => factorization({ name: 'spatial-svd', siteOf: spatial }, options, nodes),
});
