import { defineTechnique } from '@onnx-compress/core';
import { factorization } from '../factorization.js';
import { convolutionOptions } from '../options.js';
import { windowed } from '../sites/convolution.js';

/** A convolution as one with fewer outputs and a 1x1 convolution behind it. */
export const svdConv = defineTechnique({
  family: 'low-rank',
  name: 'svd-conv',
  summary:
    'Conv of several kernel positions as one of fewer channels and a 1x1 Conv behind it, by truncated singular value decomposition',
  reference: 'Zhang et al., Accelerating Very Deep Convolutional Networks, arXiv:1505.06798',
  positional: 'ratio',
  options: convolutionOptions,
  needsCalibration: false,
  create: (options, nodes) => factorization({ name: 'svd-conv', siteOf: windowed }, options, nodes),
});
