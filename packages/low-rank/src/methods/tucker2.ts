import { defineTechnique } from '@onnx-compress/core';
import { factorization } from '../factorization.js';
import { convolutionOptions } from '../options.js';
import { tucker } from '../sites/tucker.js';

/** A convolution as a smaller one between two 1x1 convolutions. */
export const tucker2 = defineTechnique({
  family: 'low-rank',
  name: 'tucker2',
  summary: 'Conv as a smaller one between two 1x1 Convs, by Tucker decomposition over both channel axes',
  reference: 'Kim et al., Compression of Deep CNNs for Fast and Low Power Mobile Applications, arXiv:1511.06530',
  positional: 'ratio',
  options: convolutionOptions,
  needsCalibration: false,
  create: (options, nodes) => factorization({ name: 'tucker2', siteOf: tucker }, options, nodes),
});
